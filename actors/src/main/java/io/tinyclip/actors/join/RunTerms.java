package io.tinyclip.actors.join;

import io.tinyclip.kernel.Precision;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a machine must agree on to take part in a run, and what it is told so that it can.
 *
 * @param runId equal as long as the same run goes on, whoever leads it
 * @param settings of the run, as JSON
 * @param decisive the settings that decide bits, which every candidate must have alike
 * @param dataHash of the training pairs' content
 * @param teachers the one that is compressed first; empty where the run trains from scratch
 * @param numerics class of the run; empty before its first worker, whose class is then the run's
 * @param precision inside the kernels; empty where the first worker's is to be the run's
 * @param admits whether machines of another numeric class may compute
 */
public record RunTerms(
        String runId,
        Belonging belonging,
        String settings,
        SortedMap<String, String> decisive,
        String dataHash,
        List<TeacherOffer> teachers,
        Optional<NumericClass> numerics,
        Optional<Precision> precision,
        Numerics admits) {
    public RunTerms {
        decisive = new TreeMap<>(decisive);
        teachers = List.copyOf(teachers);
    }

    /**
     * Which program of which cluster a machine runs.
     *
     * @param build names the program's very bytes
     * @param cluster name of the cluster
     */
    public record Belonging(String build, String cluster) {}

    /**
     * What a machine says of itself when it offers itself.
     *
     * @param decisive of candidates: the settings that decide bits; otherwise empty
     */
    public record Claim(Belonging belonging, Set<MemberRole> roles, Map<String, String> decisive) {}

    /**
     * What a machine shows once it is prepared.
     *
     * @param dataHash of its training pairs' content; empty for one that does not compute
     * @param numerics empty for one that does not compute
     */
    public record Proof(Optional<String> dataHash, Optional<NumericClass> numerics) {}
}
