package io.tinyclip.cluster.run;

import com.typesafe.config.Config;
import io.tinyclip.actors.ActorRun;
import io.tinyclip.actors.EmbeddedRun;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.numeric.NumericClass;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Where a run's actors live: all in this process, or on the machines of a cluster that this process leads. */
public interface RunHost {
    /**
     * What machines that join must agree on.
     *
     * @param input what a worker's tensor work depends on
     * @param hashes of the inputs' content, by their settings
     * @param numericClass of the run, empty before anything has computed; where the settings' numerics are strict, only
     *     machines of it may take part
     * @param nonce of the run, which no other has
     * @param tookPart to be told of the class of each machine before it computes; writes it into run.json, from any thread
     */
    record Agreement(
            ComputeInput input,
            Map<String, String> hashes,
            Optional<NumericClass> numericClass,
            String nonce,
            Consumer<NumericClass> tookPart) {
        /** Of the run. */
        public Settings settings() {
            return input.settings();
        }
    }

    /** Starts a run's actors, or goes on where its checkpoints say. */
    ActorRun start(RunSetup setup, RunListener listener, Agreement agreement);

    /** How long another process may take to give the run folder back. */
    Duration folderPatience();

    /** Whether this process computes as well, and needs the memory for it. */
    boolean computes();

    /** All actors in this process. */
    static RunHost embedded() {
        return new RunHost() {
            @Override
            public ActorRun start(RunSetup setup, RunListener listener, Agreement agreement) {
                Config actors = agreement.settings().effective().withOnlyPath("tinyclip.actors");
                return EmbeddedRun.start(setup, listener, actors);
            }

            @Override
            public Duration folderPatience() {
                return Duration.ZERO;
            }

            @Override
            public boolean computes() {
                return true;
            }
        };
    }
}
