package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.remote.Requests.Answer;
import io.tinyclip.cluster.remote.S3Writes.Change;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.ChangedBlobException;
import io.tinyclip.storage.SharedFolder;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A prefix of a bucket as a folder that machines share. Nothing is ever renamed: an object appears whole when it is put. Who
 * creates one decides by {@code If-None-Match: *}, and by a token in it, where the answer to a request was lost.
 */
final class S3Folder implements SharedFolder {
    private static final Logger LOG = LoggerFactory.getLogger(S3Folder.class);
    private static final int MOST_TEXT = 1 << 22;
    private static final int MOST_UPLOADS = 1 << 21;
    private static final int TOKEN_BYTES = 16;
    private static final int EXISTS = 412;
    private static final int BAD = 400;
    private static final int NOT_IMPLEMENTED = 501;
    /** Refusals that say nothing of a condition, but of where the bucket is, or of who asks. */
    private static final Pattern OTHERWISE = Pattern.compile(
            "<Code>(AuthorizationHeaderMalformed|IllegalLocationConstraintException|ExpiredToken|InvalidToken)</Code>");

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** How the store is asked. */
    record Access(S3Places places, HttpRanges ranges, S3Writes writes) {}

    private final Access access;
    private final String location;

    /** @param location such as {@code s3://bucket/runs/a}, without a slash at its end */
    S3Folder(Access access, String location) {
        this.access = access;
        this.location = location;
    }

    @Override
    public String shown(String name) {
        return name.isEmpty() ? location : location + "/" + name;
    }

    @Override
    public SharedFolder folder(String name) {
        return new S3Folder(access, shown(name));
    }

    @Override
    public boolean create(String name) throws IOException {
        byte[] token = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(token);
        String own = HexFormat.of().formatHex(token);
        Change create = new Change("PUT", shown(name), "", Map.of("if-none-match", "*"));
        Answer answer = access.writes.make(create, ByteBuffer.wrap(own.getBytes(StandardCharsets.UTF_8)));
        if (answer.status() == EXISTS) {
            // Made by this call, where the answer to an earlier attempt was lost.
            return text(name).filter(own::equals).isPresent();
        }
        boolean otherwise = OTHERWISE.matcher(answer.text()).find();
        if (answer.status() == BAD && !otherwise || answer.status() == NOT_IMPLEMENTED) {
            throw new RefusedException(noCondition("answers with status " + answer.status()));
        }
        access.writes.requireDone(create, answer);
        return true;
    }

    @Override
    public void probe() throws IOException {
        try {
            requireCondition();
        } catch (RefusedException | FileSystemException e) {
            throw new InvalidInputException("[" + location + "]: " + said(e), e);
        }
    }

    private void requireCondition() throws IOException {
        byte[] token = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(token);
        String name = "probe-" + HexFormat.of().formatHex(token);
        boolean first = create(name);
        try {
            if (!first || create(name)) {
                throw new RefusedException(noCondition(
                        first ? "made an object a second time" : "says that a new object was there already"));
            }
        } finally {
            delete(name);
        }
    }

    private static String noCondition(String what) {
        return "the store has no conditional put (If-None-Match: *), by which it is decided who leads: it " + what
                + "; take a store that has it, or a folder on a disk";
    }

    @Override
    public void write(String name, Content content, Runnable allowed) {
        try (S3Upload upload = new S3Upload(access.writes, shown(name), allowed, this::size)) {
            content.writeTo(upload);
            upload.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write [" + shown(name) + "]: " + said(e)
                            + "; look after the store, then start again: earlier objects are whole",
                    e);
        }
    }

    private long size(String object) throws IOException {
        return access.ranges.find(access.places.place(object)).size();
    }

    @Override
    public Blob open(String name) {
        return new HttpBlob(access.ranges, access.places.place(shown(name)));
    }

    @Override
    public Optional<String> text(String name) throws IOException {
        try {
            return Optional.of(access.ranges
                    .page(access.places.place(shown(name)), MOST_TEXT)
                    .text());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean exists(String name) {
        try {
            return open(name).size() >= 0;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for [" + shown(name) + "]: " + said(e), e);
        }
    }

    @Override
    public List<String> names(String below) {
        try {
            return access.places.names(access.ranges, shown(below) + "/");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list [" + shown(below) + "]: " + said(e), e);
        }
    }

    @Override
    public void delete(String name) {
        Change delete = Change.of("DELETE", shown(name));
        try {
            Answer answer = access.writes.make(delete, NOTHING);
            if (answer.status() != 404) {
                access.writes.requireDone(delete, answer);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove [{}]: {}; it may be removed by hand", shown(name), e.toString());
        }
    }

    /** Parts of objects that were never put together: nobody sees them, and they are paid for. */
    @Override
    public void removeLeftovers(String below) {
        String folder = shown(below) + "/";
        String bucket = folder.replaceFirst("(s3://[^/]+/).*", "$1");
        String query = "prefix=" + Signature.encoded(folder.substring(bucket.length()), false) + "&uploads=";
        Place list = access.places.place(bucket, query);
        try {
            Element answer =
                    S3Places.xml(list, access.ranges.page(list, MOST_UPLOADS).text());
            NodeList uploads = answer.getElementsByTagName("Upload");
            for (int i = 0; i < uploads.getLength(); i++) {
                Element upload = (Element) uploads.item(i);
                String id = upload.getElementsByTagName("UploadId").item(0).getTextContent();
                String key = upload.getElementsByTagName("Key").item(0).getTextContent();
                Change abort = new Change("DELETE", bucket + key, "uploadId=" + Signature.encoded(id, false), Map.of());
                access.writes.requireDone(abort, access.writes.make(abort, NOTHING));
            }
        } catch (IOException e) {
            LOG.warn("cannot remove parts of objects below [{}] that were never finished: {}", folder, e.toString());
        }
    }

    @Override
    public RuntimeException unreadable(String name, IOException failure) {
        String line = "cannot read [" + shown(name) + "]: " + said(failure);
        boolean gone = failure instanceof NoSuchFileException
                || failure instanceof EOFException
                || failure instanceof ChangedBlobException;
        return gone ? new InvalidInputException(line, failure) : new UncheckedIOException(line, failure);
    }

    private static String said(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
