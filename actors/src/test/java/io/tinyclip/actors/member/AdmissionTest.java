package io.tinyclip.actors.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.kernel.Precision;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class AdmissionTest {
    private static final int MOST = 4;
    public static final NumericClass RUN =
            new NumericClass(Map.of("instructions", "avx512", "jdk", "17"), Map.of("gradient", "aa", "jpeg", "bb"));
    public static final NumericClass OTHER =
            new NumericClass(Map.of("instructions", "avx2", "jdk", "17"), Map.of("gradient", "cc", "jpeg", "bb"));

    @Test
    void takesAMachineOfTheSameProgramAndCluster() {
        assertEquals(Optional.empty(), admission(Numerics.STRICT).refusal(claim("build-1", "one"), MOST - 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "build-1|two|0|this machine is of cluster [two], the coordinator of [one]; set tinyclip.cluster.name, or join another address",
                "build-2|one|0|this machine runs build [build-2], the coordinator [build-1]; start the same coordinator.jar on every machine",
                "build-1|one|4|the cluster has [4] machines and takes at most [4]; end one, or raise tinyclip.actors.most-members on the coordinators"
            })
    void turnsAwayWithOneLine(String build, String cluster, int others, String line) {
        assertEquals(Optional.of(line), admission(Numerics.STRICT).refusal(claim(build, cluster), others));
    }

    @Test
    void takesACandidateWithTheRunsSettingsOnly() {
        Admission admission = admission(Numerics.STRICT);
        assertEquals(Optional.empty(), admission.refusal(candidate(Map.of("tinyclip.batch", "256")), 0));
        assertEquals(
                Optional.of(
                        "this candidate's settings are not those of the run: tinyclip.batch [128] here, [256] in the"
                                + " run, tinyclip.seed [2] here, [not set] in the run; start every candidate with the same recipe"
                                + " and options"),
                admission.refusal(candidate(Map.of("tinyclip.batch", "128", "tinyclip.seed", "2")), 0));
    }

    @Test
    void turnsAwayOtherData() {
        String line = admission(Numerics.RELAXED)
                .refusal(new RunTerms.Proof(Optional.of("dd"), Optional.of(RUN)))
                .orElseThrow();
        assertTrue(line.contains("[dd]") && line.contains("[data]"), line);
        assertTrue(line.contains("-Dtinyclip.data.train"), line);
    }

    @Test
    void turnsAwayAnotherNumericClassAndNamesBothFingerprintsAndWhatDiffers() {
        String line = admission(Numerics.STRICT).refusal(proof(OTHER)).orElseThrow();
        assertTrue(line.contains(RUN.fingerprint()) && line.contains(OTHER.fingerprint()), line);
        assertTrue(line.contains("instructions") && line.contains("avx512") && line.contains("avx2"), line);
        assertFalse(line.contains("jdk"), line);
        assertTrue(line.contains("tinyclip.numerics=relaxed"), line);
    }

    @Test
    void admitsAnotherNumericClassWhereThatIsRelaxed() {
        Admission relaxed = admission(Numerics.RELAXED);
        assertEquals(Optional.empty(), relaxed.refusal(proof(OTHER)));
    }

    @Test
    void equalAnswersAreEnoughWhateverTheParts() {
        NumericClass alike = new NumericClass(Map.of("instructions", "unknown"), RUN.answers());
        assertEquals(Optional.empty(), admission(Numerics.STRICT).refusal(proof(alike)));
    }

    @Test
    void theFirstThatComputesSetsTheClassOfANewRun() {
        Admission begun = new Admission(begun(Numerics.STRICT), MOST);
        assertEquals(Optional.empty(), begun.refusal(proof(RUN)));
        assertEquals(Optional.empty(), begun.refusal(proof(OTHER)), "a proof alone sets nothing");
        begun.computes(OTHER);
        String line = begun.refusal(proof(RUN)).orElseThrow();
        assertTrue(
                line.startsWith("numeric class [" + RUN.fingerprint() + "] differs from the run's ["
                        + OTHER.fingerprint() + "] in gradient (instructions [avx512] instead of [avx2])"),
                line);
        assertEquals(Optional.empty(), begun.refusal(proof(OTHER)));
    }

    @Test
    void aClassThatIsSetIsNotSetAgain() {
        Admission recorded = admission(Numerics.STRICT);
        recorded.computes(new NumericClass(Map.of("instructions", "unknown"), RUN.answers()));
        assertTrue(recorded.refusal(proof(OTHER)).orElseThrow().contains("avx512"));
    }

    @Test
    void theFirstThatComputesSetsThePrecisionWhereItIsOpenAndNoneAfterIt() {
        NumericClass narrow = new NumericClass(Map.of("precision", "bf16"), RUN.answers());
        NumericClass wide = new NumericClass(Map.of("precision", "fp32"), OTHER.answers());
        Admission open = new Admission(begun(Numerics.RELAXED), MOST);
        assertFalse(open.isPreparedOtherwise(proof(wide)), "nothing is decided");
        open.computes(narrow);
        assertEquals(Optional.of(Precision.BF16), open.precision());
        assertTrue(open.isPreparedOtherwise(proof(wide)));
        assertFalse(open.isPreparedOtherwise(proof(narrow)));
        open.computes(wide);
        assertEquals(Optional.of(Precision.BF16), open.precision());
        assertFalse(open.isPreparedOtherwise(new RunTerms.Proof(Optional.empty(), Optional.empty())), "a server");
    }

    @Test
    void aServerDoesNotSetTheClass() {
        Admission begun = new Admission(begun(Numerics.STRICT), MOST);
        assertEquals(Optional.empty(), begun.refusal(new RunTerms.Proof(Optional.empty(), Optional.empty())));
        assertEquals(Optional.empty(), begun.refusal(proof(OTHER)));
    }

    @Test
    void asksAMereServerForNothing() {
        RunTerms.Proof none = new RunTerms.Proof(Optional.empty(), Optional.empty());
        assertEquals(Optional.empty(), admission(Numerics.STRICT).refusal(none));
    }

    private static Admission admission(Numerics admits) {
        return new Admission(terms(admits), MOST);
    }

    /** Of a run that has its class, as one that goes on. */
    public static RunTerms terms(Numerics admits) {
        return terms(admits, Optional.of(RUN));
    }

    /** Of a run in which nothing has computed. */
    public static RunTerms begun(Numerics admits) {
        return terms(admits, Optional.empty());
    }

    private static RunTerms terms(Numerics admits, Optional<NumericClass> numerics) {
        return new RunTerms(
                "run-1",
                new RunTerms.Belonging("build-1", "one"),
                "{}",
                new TreeMap<>(Map.of("tinyclip.batch", "256")),
                "data",
                List.of(),
                numerics,
                numerics.flatMap(NumericClass::precision),
                admits);
    }

    private static RunTerms.Claim claim(String build, String cluster) {
        return new RunTerms.Claim(new RunTerms.Belonging(build, cluster), Set.of(MemberRole.WORKER), Map.of());
    }

    private static RunTerms.Claim candidate(Map<String, String> decisive) {
        return new RunTerms.Claim(new RunTerms.Belonging("build-1", "one"), Set.of(MemberRole.CORE), decisive);
    }

    private static RunTerms.Proof proof(NumericClass numerics) {
        return new RunTerms.Proof(Optional.of("data"), Optional.of(numerics));
    }
}
