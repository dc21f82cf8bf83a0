package io.tinyclip.actors.plane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.tinyclip.actors.plane.BadFrameException;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Publication;
import io.tinyclip.actors.plane.Publications;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Answers the requests of one connection, in their order, no faster than the fetcher reads. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class AnswerHandler extends ChannelInboundHandlerAdapter {
    private final Publications publications;
    private final HeldSessions sessions;
    private final Traffic traffic;
    private final Complaints complaints;
    private final int chunk;
    private final Deque<Frames.Request> requests = new ArrayDeque<>();
    private Optional<Traffic.Counts> fetcher = Optional.empty();
    private Optional<Transfer> transfer = Optional.empty();
    private boolean pumping;

    AnswerHandler(Publications publications, HeldSessions sessions, Traffic traffic, Complaints complaints, int chunk) {
        this.publications = publications;
        this.sessions = sessions;
        this.traffic = traffic;
        this.complaints = complaints;
        this.chunk = chunk;
    }

    boolean answering() {
        return transfer.isPresent() || !requests.isEmpty();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Frames.Hello hello) {
            fetcher = Optional.of(traffic.of(hello.address()));
            return;
        }
        if (message instanceof Frames.Holding session) {
            sessions.hold(session.key(), context.channel());
            return;
        }
        if (requests.size() >= Frames.MOST_REQUESTS) {
            throw new BadFrameException("more than " + Frames.MOST_REQUESTS + " open requests");
        }
        requests.add((Frames.Request) message);
        pump(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        pump(context);
    }

    /** Writing may change the writability, which calls again. */
    private void pump(ChannelHandlerContext context) {
        if (pumping) {
            return;
        }
        pumping = true;
        int written = 0;
        while (written < chunk && answering() && context.channel().isWritable()) {
            written += write(context);
        }
        pumping = false;
        if (answering() && context.channel().isWritable()) {
            // The other connections of this thread come first.
            context.executor().execute(() -> pump(context));
        }
    }

    /** Writes the next piece; returns its bytes. */
    private int write(ChannelHandlerContext context) {
        if (transfer.isEmpty()) {
            Frames.Request request = requests.remove();
            Frames.Status status = begin(request);
            if (status != Frames.Status.OK) {
                ByteBuf answer = context.alloc().directBuffer(Frames.ANSWER_BYTES);
                Frames.write(new Frames.Answer(status, Encoding.FP32, 0), answer);
                context.writeAndFlush(answer);
                return Frames.ANSWER_BYTES;
            }
        }
        Transfer now = transfer.orElseThrow();
        Optional<ByteBuf> piece = now.next(context.alloc());
        if (piece.isEmpty()) {
            // The chunk that has begun cannot be ended. The fetcher asks again, and hears that it is gone.
            requests.clear();
            transfer = Optional.empty();
            context.close();
            return 0;
        }
        if (now.ended()) {
            transfer = Optional.empty();
        }
        int bytes = piece.get().readableBytes();
        context.writeAndFlush(piece.get());
        return bytes;
    }

    private Frames.Status begin(Frames.Request request) {
        Optional<Publication> found = publications.find(request.key());
        if (found.isEmpty()) {
            return Frames.Status.GONE;
        }
        if (!found.get().holds(request.from(), request.to())) {
            return Frames.Status.BAD_RANGE;
        }
        transfer = Optional.of(new Transfer(found.get(), request, chunk, fetcher.orElseThrow()));
        return Frames.Status.OK;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        // A fetcher that went away is no news: its actors are watched.
        if (!(cause instanceof IOException) || cause instanceof SSLException) {
            complaints.closed(context.channel().remoteAddress(), String.valueOf(cause.getMessage()));
        }
        requests.clear();
        transfer = Optional.empty();
        context.close();
    }
}
