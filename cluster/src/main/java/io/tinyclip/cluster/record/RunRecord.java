package io.tinyclip.cluster.record;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.Settings;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What run.json says: what ran, and every figure. {@link RunRecordJson} is the text of it.
 *
 * @param beginning what the run was from its first moment on
 * @param numerics on which machines it ran; within one class the same settings give the same digest
 * @param course how far it has come
 * @param figures taken so far
 */
public record RunRecord(Beginning beginning, RunNumerics numerics, Course course, RunFigures figures) {
    /**
     * What never changes.
     *
     * @param command {@code run} or {@code pretrain}
     * @param inputs SHA-256 by name of what the settings only point at: teacher and data
     * @param identity empty in a record that is older than it, until the run goes on
     */
    public record Beginning(
            String command, String name, long seed, Map<String, String> inputs, Optional<Identity> identity) {
        public Beginning {
            inputs = new TreeMap<>(inputs);
        }
    }

    /**
     * By what a run is told from every other.
     *
     * @param nonce made once with the folder, at random, so that a folder that was made anew is another run; decides no bit
     * @param settings that decide the bits, as JSON
     */
    public record Identity(String nonce, String settings) {
        private static final int NONCE_BYTES = 8;

        /** Of a run that begins. */
        public static Identity of(Settings settings) {
            byte[] nonce = new byte[NONCE_BYTES];
            new SecureRandom().nextBytes(nonce);
            String json = JsonParser.parseString(BitKeys.json(settings.used())).toString();
            return new Identity(HexFormat.of().formatHex(nonce), json);
        }
    }

    /**
     * How far a run has come.
     *
     * @param seconds spent so far, over all processes
     * @param digest the state digest of the newest finished stage; empty before the first
     * @param failure why it could not go on, in one line; empty as soon as it goes on
     */
    public record Course(boolean finished, double seconds, String digest, Trail trail, Optional<String> failure) {
        Course spent(double now) {
            return new Course(finished, now, digest, trail, failure);
        }

        Course with(Trail now) {
            return new Course(finished, seconds, digest, now, failure);
        }
    }

    /**
     * What was in the folder of checkpoints, should it be lost.
     *
     * @param checkpoint committed steps of the newest one; 0 before the first; empty in a record that is older than this
     * @param term the highest that was claimed; 0 before the first
     */
    public record Trail(OptionalLong checkpoint, long term) {
        static final Trail NONE = new Trail(OptionalLong.of(0), 0);
    }

    /** What run.json will say. */
    public JsonObject json() {
        return JsonParser.parseString(RunRecordJson.write(this)).getAsJsonObject();
    }

    /** Whether the other is this run at another time; a record that is older than identities agrees with any. */
    boolean isSameRun(RunRecord other) {
        Optional<String> nonce = beginning.identity.map(Identity::nonce);
        Optional<String> others = other.beginning.identity.map(Identity::nonce);
        return nonce.isEmpty() || others.isEmpty() || nonce.equals(others);
    }

    /** A run that has not begun. */
    public static RunRecord fresh(Beginning beginning, RunNumerics numerics) {
        return new RunRecord(
                beginning, numerics, new Course(false, 0, "", Trail.NONE, Optional.empty()), RunFigures.NONE);
    }

    /** The same run on the machines that are known now. */
    public RunRecord with(RunNumerics now) {
        return new RunRecord(beginning, now, course, figures);
    }

    /** The same run with what else was measured. */
    public RunRecord with(RunFigures now) {
        return new RunRecord(beginning, numerics, course, now);
    }

    /**
     * The record after stage {@code index} finished, for the first time or again.
     *
     * @param bad samples that the run has left out by then
     */
    public RunRecord reached(int index, StageFigures stage, long bad) {
        Course now = new Course(course.finished, course.seconds, stage.digest(), course.trail, course.failure);
        return new RunRecord(beginning, numerics, now, figures.withStage(index, stage, bad));
    }

    /** The record at the run's end. */
    public RunRecord ended(String digest) {
        return new RunRecord(
                beginning, numerics, new Course(true, course.seconds, digest, course.trail, Optional.empty()), figures);
    }

    /** The same run, of which is known from now on what tells it from others, where its record is older than that. */
    public RunRecord identified(Settings used) {
        Beginning known = new Beginning(
                beginning.command,
                beginning.name,
                beginning.seed,
                beginning.inputs,
                beginning.identity.or(() -> Optional.of(Identity.of(used))));
        return new RunRecord(known, numerics, course, figures);
    }

    /** The record of the run with these settings, which may have further stages. */
    public RunRecord extended(Settings used) {
        Optional<Identity> known = beginning.identity.filter(it -> BitKeys.isLonger(it.settings, used.used()));
        if (known.isEmpty()) {
            return this;
        }
        Identity longer = new Identity(known.get().nonce, Identity.of(used).settings);
        Beginning now =
                new Beginning(beginning.command, beginning.name, beginning.seed, beginning.inputs, Optional.of(longer));
        Course on = new Course(false, course.seconds, course.digest, course.trail, course.failure);
        return new RunRecord(now, numerics, on, figures);
    }

    /** The record once a run without checkpoints starts over: what was measured of its students counts no more. */
    public RunRecord startedOver() {
        Trail trail = new Trail(OptionalLong.of(0), course.trail.term);
        return new RunRecord(
                beginning,
                numerics,
                new Course(false, course.seconds, "", trail, Optional.empty()),
                figures.withoutStages());
    }

    /** The record of a run that begins at its first step, which had no checkpoint before. */
    public RunRecord begun() {
        return keeping(0);
    }

    /** @param steps committed steps of the newest checkpoint; 0 where there is none */
    RunRecord keeping(long steps) {
        return with(new Trail(OptionalLong.of(steps), course.trail.term));
    }

    RunRecord led(long term) {
        return with(new Trail(course.trail.checkpoint, Math.max(term, course.trail.term)));
    }

    private RunRecord with(Trail trail) {
        return new RunRecord(beginning, numerics, course.with(trail), figures);
    }

    /** The record of a run that nobody can go on with, or empty of one that goes on. */
    public RunRecord failed(Optional<String> reason) {
        return new RunRecord(
                beginning,
                numerics,
                new Course(course.finished, course.seconds, course.digest, course.trail, reason),
                figures);
    }

    /** @param seconds over all processes */
    RunRecord spent(double seconds) {
        return new RunRecord(beginning, numerics, course.spent(seconds), figures);
    }
}
