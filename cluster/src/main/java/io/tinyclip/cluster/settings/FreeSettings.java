package io.tinyclip.cluster.settings;

import io.tinyclip.compute.Hold;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Devices;
import io.tinyclip.numeric.Numerics;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What may differ between two runs with the same digest.
 *
 * @param numerics who may take part; relaxed, the record of the run says that its digest cannot be had again
 * @param notice how this machine is told that it will be taken away
 * @param badShare of the samples seen that a run may do without, as their pictures cannot be used
 * @param storage how what lies elsewhere is read
 * @param evaluation on what students are judged while they train
 */
public record FreeSettings(
        Files files,
        Machine machine,
        int workers,
        int servers,
        Numerics numerics,
        NoticeSettings notice,
        double badShare,
        StorageSettings storage,
        EvaluationSettings evaluation) {
    /**
     * What lies where, under which name.
     *
     * @param name of the run
     * @param folder of the run's files; where an address is set, what this machine has of it
     * @param address of a folder in a store
     * @param cache folder of drawn icons
     * @param checkpointSteps steps between checkpoints
     * @param ifLost what becomes of a run whose checkpoints are all lost
     */
    public record Files(
            String name, Path folder, Optional<String> address, Path cache, int checkpointSteps, IfLost ifLost) {
        /** Where the run's files are, for messages. */
        public String shown() {
            return address.orElse(folder.toString());
        }
    }

    /** What becomes of a run whose checkpoints are all damaged or gone. */
    public enum IfLost {
        STOP,
        RESTART
    }

    /**
     * How this machine is used.
     *
     * @param devices to compute on
     * @param threads partitions computed at a time
     * @param teacherCacheBytes memory for the teacher's embeddings
     * @param hold whether a step's graphs stay in memory between its passes
     * @param loading of what coming steps ask for
     */
    public record Machine(Devices devices, int threads, long teacherCacheBytes, Hold hold, Loading loading) {
        /**
         * To compute on, where all is done in this process.
         *
         * @throws io.tinyclip.model.InvalidInputException where several are named
         */
        public ComputeDevice device() {
            return devices.one();
        }
    }

    /**
     * How pictures are loaded ahead.
     *
     * @param threads that decode
     * @param steps ahead of the one that is computed, 0 for none
     */
    public record Loading(int threads, int steps) {}
}
