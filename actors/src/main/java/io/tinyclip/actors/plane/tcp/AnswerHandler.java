package io.tinyclip.actors.plane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.tinyclip.actors.plane.BadFrameException;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Publication;
import io.tinyclip.actors.plane.Publications;
import io.tinyclip.actors.plane.door.Complaints;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** Answers the requests of one connection, in their order, no faster than the fetcher reads. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class AnswerHandler extends ChannelInboundHandlerAdapter {
    /** What all connections share. @param chunk bytes between two checksums */
    record Desk(Publications publications, HeldSessions sessions, Traffic traffic, Complaints complaints, int chunk) {}

    private final Desk desk;
    private final Consumer<Channel> known;
    private final Deque<Frames.Request> requests = new ArrayDeque<>();
    private String name = "";
    private Optional<Traffic.Counts> fetcher = Optional.empty();
    private Optional<Transfer> transfer = Optional.empty();
    private boolean pumping;

    /** @param known hears that whoever is there asks for what it was told of */
    AnswerHandler(Desk desk, Consumer<Channel> known) {
        this.desk = desk;
        this.known = known;
    }

    boolean answering() {
        return transfer.isPresent() || !requests.isEmpty();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Frames.Hello hello) {
            name = hello.address();
            return;
        }
        if (message instanceof Frames.Holding session) {
            if (desk.sessions.hold(session.key(), context.channel())) {
                known.accept(context.channel());
            }
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
        while (written < desk.chunk && answering() && context.channel().isWritable()) {
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
            Frames.Status status = begin(request, context.channel());
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

    private Frames.Status begin(Frames.Request request, Channel channel) {
        Optional<Publication> found = desk.publications.find(request.key());
        if (found.isEmpty()) {
            return Frames.Status.GONE;
        }
        if (fetcher.isEmpty()) {
            // A name that anybody may give is counted by only once it has shown a key.
            fetcher = Optional.of(desk.traffic.of(name));
            known.accept(channel);
        }
        if (!found.get().holds(request.from(), request.to())) {
            return Frames.Status.BAD_RANGE;
        }
        transfer = Optional.of(new Transfer(found.get(), request, desk.chunk, fetcher.orElseThrow()));
        return Frames.Status.OK;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        // A fetcher that went away is no news: its actors are watched.
        if (!(cause instanceof IOException) || cause instanceof SSLException) {
            desk.complaints.closed(context.channel().remoteAddress(), String.valueOf(cause.getMessage()));
        }
        requests.clear();
        transfer = Optional.empty();
        context.close();
    }
}
