package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Stamp;

/** What {@link CopyState} wants done; the parameter server that keeps the copy does it, in order. */
public sealed interface CopyEffect {
    /** Calls the method that is this effect's. */
    void on(Handler handler);

    /** Performs effects: a new one does not compile before all who perform any perform it, too. */
    interface Handler {
        void fill(Fill it);

        void replyFilled(ReplyFilled it);

        void defer(Defer it);

        void takeDeferred(TakeDeferred it);

        void fetchGradient(FetchGradient it);

        void replyKept(ReplyKept it);

        void fold(Fold it);

        void publish(Publish it);

        void replyReady(ReplyReady it);

        void replyGone(ReplyGone it);

        void drop(Drop it);
    }

    /** The range is fetched from where the Keep that is being handled says. */
    record Fill(Stamp stamp) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.fill(this);
        }
    }

    record ReplyFilled(Stamp stamp, int shard) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.replyFilled(this);
        }
    }

    /** The GradientReady that is being handled has come before the Keep that it belongs to, and waits for it. */
    record Defer(Stamp stamp) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.defer(this);
        }
    }

    /** What was deferred last is handled again. */
    record TakeDeferred() implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.takeDeferred(this);
        }
    }

    /** The gradient is fetched from where the GradientReady that is being handled says. */
    record FetchGradient(Stamp stamp) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.fetchGradient(this);
        }
    }

    /** Whoever has sent the GradientReady of this version hears that its gradient is here. */
    record ReplyKept(Stamp stamp, int shard) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.replyKept(this);
        }
    }

    /** The copy moves one version on, by the gradient that is kept of the version that it is at. */
    record Fold(CommitOrder order) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.fold(this);
        }
    }

    /** The copy is published, in the place of the shard. */
    record Publish(Stamp version) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.publish(this);
        }
    }

    record ReplyReady(Stamp version, int shard) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.replyReady(this);
        }
    }

    record ReplyGone(Stamp version, int shard) implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.replyGone(this);
        }
    }

    /** All that is kept goes, and what is on its way is not wanted any more. */
    record Drop() implements CopyEffect {
        @Override
        public void on(Handler handler) {
            handler.drop(this);
        }
    }
}
