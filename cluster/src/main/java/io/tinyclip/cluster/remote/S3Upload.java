package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.remote.Requests.Answer;
import io.tinyclip.cluster.remote.S3Writes.Change;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One object on its way into a store: in one piece where it is small, else in parts, of which one is in memory. It is there once
 * {@link #finish} returns, and not before; closed without that, its parts are removed.
 */
final class S3Upload implements WritableByteChannel {
    /** Bytes of a part; a store takes 10,000 of them, each but the last of 5 MiB or more. */
    static final int PART = 1 << 24;

    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);
    private static final int FIRST = 1 << 16;
    private static final int MISSING = 404;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final Pattern ID = Pattern.compile("<UploadId>([^<>]{1,2048})</UploadId>");

    /** Of an object that is whole. */
    @FunctionalInterface
    interface Size {
        long of(String location) throws IOException;
    }

    private final S3Writes writes;
    private final String location;
    private final Runnable allowed;
    private final Size size;
    private final List<String> tags = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocate(FIRST);
    private String id = "";
    private long sent;
    private boolean open = true;

    /** @param allowed is asked before each attempt to make the object visible */
    S3Upload(S3Writes writes, String location, Runnable allowed, Size size) {
        this.writes = writes;
        this.location = location;
        this.allowed = allowed;
        this.size = size;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int length = from.remaining();
        while (from.hasRemaining()) {
            if (!buffer.hasRemaining() && buffer.capacity() == PART) {
                sendPart();
            } else if (!buffer.hasRemaining()) {
                buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer.flip());
            }
            int count = Math.min(from.remaining(), buffer.remaining());
            buffer.put(from.slice().limit(count));
            from.position(from.position() + count);
        }
        return length;
    }

    /** Makes the object visible. */
    void finish() throws IOException {
        if (id.isEmpty()) {
            Change put = Change.of("PUT", location);
            writes.requireDone(put, writes.make(put, buffer.flip(), allowed));
        } else {
            sendPart();
            complete();
            id = "";
        }
    }

    private void sendPart() throws IOException {
        if (id.isEmpty()) {
            Change begin = new Change("POST", location, "uploads=", Map.of());
            Answer begun = writes.requireDone(begin, writes.make(begin, NOTHING));
            Matcher matcher = ID.matcher(begun.text());
            if (!matcher.find()) {
                throw new RefusedException("[" + location + "] cannot be written in parts: the store names no upload");
            }
            id = matcher.group(1);
        }
        String query = "partNumber=" + (tags.size() + 1) + "&uploadId=" + Signature.encoded(id, false);
        Change part = new Change("PUT", location, query, Map.of());
        buffer.flip();
        sent += buffer.remaining();
        Answer answer = writes.requireDone(part, writes.make(part, buffer));
        tags.add(answer.header("ETag")
                .orElseThrow(() -> new RefusedException("[" + location + "] got a part, and the store names no ETag")));
        buffer.clear();
    }

    private void complete() throws IOException {
        StringBuilder parts = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < tags.size(); i++) {
            parts.append("<Part><PartNumber>")
                    .append(i + 1)
                    .append("</PartNumber><ETag>")
                    .append(tags.get(i).replace("&", "&amp;").replace("<", "&lt;"))
                    .append("</ETag></Part>");
        }
        ByteBuffer text = ByteBuffer.wrap(
                parts.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8));
        Change complete = new Change("POST", location, upload(), Map.of());
        Answer answer = writes.make(complete, text, allowed);
        // An answer that was lost came from a store that knows the upload no more.
        if (answer.status() == MISSING && size.of(location) == sent) {
            return;
        }
        writes.requireDone(complete, answer);
    }

    private String upload() {
        return "uploadId=" + Signature.encoded(id, false);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        if (id.isEmpty()) {
            return;
        }
        try {
            writes.make(new Change("DELETE", location, upload(), Map.of()), NOTHING);
        } catch (IOException e) {
            LOG.warn("parts of [{}] stay in the store ({}); whoever leads next removes them", location, e.toString());
        }
    }
}
