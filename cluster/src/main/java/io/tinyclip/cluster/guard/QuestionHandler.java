package io.tinyclip.cluster.guard;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.tinyclip.actors.plane.BadFrameException;
import io.tinyclip.actors.plane.door.Complaints;
import java.util.List;
import java.util.Optional;

/** One connection's {@link Question}, answered before the connection ends; what begins otherwise goes on as it is. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class QuestionHandler extends ByteToMessageDecoder {
    private final Desk desk;
    private final Runnable mayStay;
    private final Complaints complaints;
    private boolean asked;

    /** @param mayStay hears that whoever asks may wait for the answer for long */
    QuestionHandler(Desk desk, Runnable mayStay, Complaints complaints) {
        this.desk = desk;
        this.mayStay = mayStay;
        this.complaints = complaints;
    }

    /** Whether the answer is awaited. */
    boolean asked() {
        return asked;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (asked) {
            in.skipBytes(in.readableBytes());
        } else if (!Question.begins(in)) {
            context.pipeline().remove(this);
        } else if (in.readableBytes() >= Question.BYTES) {
            asked = true;
            Question question =
                    Question.read(in).orElseThrow(() -> new BadFrameException("a question that there is not"));
            ask(context, question);
        }
    }

    private void ask(ChannelHandlerContext context, Question question) {
        Asker asker = Asker.of(context.channel());
        Optional<String> refusal = asker.refusal(question);
        if (refusal.isPresent()) {
            complaints.closed(context.channel().remoteAddress(), refusal.get());
            reply(context, Reply.refused(refusal.get()));
            return;
        }
        if (asker.isProven() || question == Question.END) {
            mayStay.run();
        }
        desk.answer(question).whenComplete((reply, failure) -> context.executor()
                .execute(() -> reply(
                        context, failure == null ? reply : Reply.refused("it cannot be told now; ask again later"))));
    }

    private static void reply(ChannelHandlerContext context, Reply reply) {
        context.writeAndFlush(reply.written()).addListener(ChannelFutureListener.CLOSE);
    }
}
