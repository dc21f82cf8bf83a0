package io.tinyclip.cluster.run;

import com.google.gson.JsonObject;
import io.tinyclip.calibrate.CalibratedCut;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.StrictJson;
import io.tinyclip.hash.Sha256;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.model.FloatVector;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.StagePlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * To which bits students were cut by calibration, as hashes. A cut is computed where the run is led, and again by whoever leads
 * after a fault: a machine of another kind would come to others, which must not pass unseen.
 */
record CalibrationsFile(RunFolder folder, Numerics mode) {
    private static final Logger LOG = LoggerFactory.getLogger(CalibrationsFile.class);

    /**
     * Holds a cut against the one that was made of the same student for the same stage before, if one was.
     *
     * @param student (P,) before the cut
     * @throws IllegalStateException if they differ, and numerics are strict: another machine may lead the run
     * @throws io.tinyclip.checkpoint.FollowedException if another one does
     */
    void require(FloatVector student, StagePlan stage, CalibratedCut cut) {
        CalibrationPlan how = stage.calibration().orElseThrow();
        String from = hash(student, stage.keep() + " " + how.batches() + " " + how.width());
        String to = hash(
                cut.vector(),
                cut.kept().toJson() + cut.table().map(CalibrationsFile::hash).orElse(""));
        Path path = folder.calibrations();
        JsonObject known = Files.exists(path) ? StrictJson.read(path) : new JsonObject();
        if (!known.has(from)) {
            folder.requireLead();
            known.addProperty(from, to);
            AtomicFile.writeText(path, StrictJson.pretty(known));
            folder.publish();
            return;
        }
        String before = new JsonFields(known, "[" + path + "]").text(from);
        if (!before.equals(to)) {
            String line =
                    "calibration cuts the student to other bits here than the machine did that led the run before, by ["
                            + path + "]";
            if (mode == Numerics.STRICT) {
                throw new IllegalStateException(
                        line + "; lead the run from a machine of that one's kind, or set tinyclip.numerics to relaxed");
            }
            LOG.warn("{}: the digest may differ from that of an undisturbed run", line);
        }
    }

    private static String hash(TableMap table) {
        return hash(FloatVector.of(table.values()), table.from() + " " + table.to());
    }

    private static String hash(FloatVector vector, String words) {
        MessageDigest digest = Sha256.digest();
        digest.update(words.getBytes(StandardCharsets.UTF_8));
        digest.update(vector.bytes());
        return HexFormat.of().formatHex(digest.digest());
    }
}
