package io.tinyclip.actors.wire;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.sun.management.OperatingSystemMXBean;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a message between two machines costs: two actor systems in this JVM over Artery on loopback, in wire form. */
public final class MessageBenchmark {
    /** As long as they are. */
    private static final String TOKEN = "0".repeat(32);

    private static final String NAME = "tinyclip-messages";
    private static final String REMOTE = """
            akka.actor.provider = remote
            akka.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
            akka.remote { warn-about-direct-use = off, use-unsafe-remote-features-outside-cluster = on }
            akka.loglevel = ERROR
            """;
    private static final int WINDOW = 500;
    private static final int WARMING_WINDOWS = 20;
    private static final long PATIENCE_SECONDS = 60;
    private static final double NANOS_OF_MICROSECOND = 1e3;

    private final ActorRef<WorkerCommand> receiver;

    private final BlockingQueue<WorkerCommand> received;

    /**
     * Over windows of messages.
     *
     * @param microseconds a message, the median of windows, from one sender to one receiver
     * @param cpuMicroseconds a message, the mean, of all threads of this process, so of both ends together
     */
    public record Result(double microseconds, double cpuMicroseconds) {}

    private MessageBenchmark(ActorRef<WorkerCommand> receiver, BlockingQueue<WorkerCommand> received) {
        this.receiver = receiver;
        this.received = received;
    }

    /**
     * Announcements of features, some 300 bytes each.
     *
     * @param windows of 500 messages each that count
     */
    public static Result announcements(int windows) throws InterruptedException {
        return run(windows, MessageBenchmark::announcement);
    }

    /**
     * Messages that tell a worker its step, with a lease for each of so many workers.
     *
     * @param layout of the step's vector
     * @param windows of 500 messages each that count
     */
    public static Result steps(Layout layout, int workers, int windows) throws InterruptedException {
        return run(windows, receiver -> step(layout, workers, receiver));
    }

    /** Makes the message that is sent again and again. */
    @FunctionalInterface
    private interface Maker {
        WorkerCommand message(ActorRef<WorkerCommand> receiver);
    }

    private static Result run(int windows, Maker maker) throws InterruptedException {
        Config config = ConfigFactory.parseString(REMOTE)
                .withFallback(ConfigFactory.load().getConfig("tinyclip.embedded"))
                .withFallback(ConfigFactory.load());
        BlockingQueue<WorkerCommand> received = new LinkedBlockingQueue<>();
        ActorSystem<WorkerCommand> to = ActorSystem.create(receiving(received), NAME, config);
        ActorSystem<Void> from = ActorSystem.create(Behaviors.empty(), NAME, config);
        try {
            String address = ActorRefResolver.get(to).toSerializationFormat(to);
            ActorRef<WorkerCommand> receiver = ActorRefResolver.get(from).resolveActorRef(address);
            return new MessageBenchmark(receiver, received).measure(windows, maker.message(receiver));
        } finally {
            end(from.getWhenTerminated(), from);
            end(to.getWhenTerminated(), to);
        }
    }

    private static Behavior<WorkerCommand> receiving(BlockingQueue<WorkerCommand> received) {
        return Behaviors.receiveMessage(message -> {
            received.add(message);
            return Behaviors.same();
        });
    }

    private Result measure(int windows, WorkerCommand message) throws InterruptedException {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        for (int i = 0; i < WARMING_WINDOWS; i++) {
            window(message);
        }
        long processorBefore = process.getProcessCpuTime();
        List<Double> wall = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            long before = System.nanoTime();
            window(message);
            wall.add((System.nanoTime() - before) / NANOS_OF_MICROSECOND / WINDOW);
        }
        double processor = (process.getProcessCpuTime() - processorBefore) / NANOS_OF_MICROSECOND;
        return new Result(median(wall), processor / windows / WINDOW);
    }

    /** The next window begins when all of this one have arrived, so no queue on the way overflows. */
    private void window(WorkerCommand message) throws InterruptedException {
        for (int i = 0; i < WINDOW; i++) {
            receiver.tell(message);
        }
        for (int i = 0; i < WINDOW; i++) {
            if (received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) == null) {
                throw new IllegalStateException("a message over loopback did not arrive");
            }
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static void end(CompletionStage<?> ended, ActorSystem<?> system) {
        system.terminate();
        ended.toCompletableFuture().join();
    }

    private static WorkerCommand announcement(ActorRef<WorkerCommand> receiver) {
        Stamp stamp = stamp("0a".repeat(32));
        Handle handle = new Handle("127.0.0.1:25530", "worker/features/1023/" + stamp.key(), 1);
        return new WorkerCommand.FeaturesReady(stamp, 1, handle, List.of(1, 1), receiver.narrow());
    }

    private static WorkerCommand step(Layout layout, int workers, ActorRef<WorkerCommand> receiver) {
        List<WorkerCommand.Grant> grants = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            grants.add(new WorkerCommand.Grant(receiver, i, i + 1));
        }
        Stamp stamp = stamp(layout.hash());
        Handle handle = new Handle("127.0.0.1:25530", "server/weights/" + stamp.key(), layout.size());
        ShardWeights weights = new ShardWeights(new Range(0, layout.size()), handle);
        List<WorkerCommand.Shard> shards =
                List.of(new WorkerCommand.Shard(receiver.unsafeUpcast().narrow(), weights, TOKEN));
        return new WorkerCommand.Step(
                stamp,
                0,
                0,
                layout,
                grants,
                shards,
                Optional.empty(),
                receiver.unsafeUpcast().narrow());
    }

    private static Stamp stamp(String layout) {
        return new Stamp(1, new Cursor(0, Phase.DISTILL, 1), layout);
    }
}
