package io.tinyclip.actors.member;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.kernel.Precision;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Decides who may take part in a run. A refusal is one line for whoever started the machine. Until the run has a
 * numeric class, any will do; the first machine that computes sets it, and with it the precision where that is open.
 */
final class Admission {
    private static final String NOT_SET = "not set";

    private final RunTerms terms;
    private final int most;
    private Optional<NumericClass> numerics;
    private Optional<Precision> precision;

    /** @param most machines in the cluster */
    Admission(RunTerms terms, int most) {
        this.terms = terms;
        this.most = most;
        this.numerics = terms.numerics();
        this.precision = terms.precision();
    }

    /**
     * Why a machine that offers itself is turned away.
     *
     * @param others machines that take part already
     */
    Optional<String> refusal(RunTerms.Claim claim, int others) {
        RunTerms.Belonging run = terms.belonging();
        RunTerms.Belonging own = claim.belonging();
        if (!own.cluster().equals(run.cluster())) {
            return Optional.of("this machine is of cluster [" + own.cluster() + "], the coordinator of ["
                    + run.cluster() + "]; set tinyclip.cluster.name, or join another address");
        }
        if (!own.build().equals(run.build())) {
            return Optional.of("this machine runs build [" + own.build() + "], the coordinator [" + run.build()
                    + "]; start the same coordinator.jar on every machine");
        }
        if (others >= most) {
            return Optional.of("the cluster has [" + others + "] machines and takes at most [" + most
                    + "]; end one, or raise tinyclip.actors.most-members on the coordinators");
        }
        return claim.roles().contains(MemberRole.CORE) ? otherSettings(claim.decisive()) : Optional.empty();
    }

    private Optional<String> otherSettings(Map<String, String> own) {
        SortedMap<String, String> differences = differences(own, terms.decisive());
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("this candidate's settings are not those of the run: " + list(differences)
                        + "; start every candidate with the same recipe and options");
    }

    /** Why a machine that is prepared is turned away. */
    Optional<String> refusal(RunTerms.Proof proof) {
        Optional<String> data = proof.dataHash().filter(hash -> !hash.equals(terms.dataHash()));
        if (data.isPresent()) {
            return Optional.of("the training pairs here have content [" + data.get() + "], those of the run ["
                    + terms.dataHash()
                    + "]; give this machine the same files, with -Dtinyclip.data.train=... where they"
                    + " lie elsewhere");
        }
        return terms.admits() == Numerics.RELAXED
                ? Optional.empty()
                : otherNumerics(proof).map(this::strict);
    }

    /** A machine that is not turned away computes for the run. */
    void computes(NumericClass own) {
        numerics = Optional.of(numerics.orElse(own));
        precision = precision.or(own::precision);
    }

    /** In which the run computes; empty before its first worker, where the settings leave it open. */
    Optional<Precision> precision() {
        return precision;
    }

    /** Whether a machine prepared before the precision was decided, for another one. */
    boolean isPreparedOtherwise(RunTerms.Proof proof) {
        return proof.numerics()
                .flatMap(NumericClass::precision)
                .flatMap(own -> precision.filter(decided -> decided != own))
                .isPresent();
    }

    private String strict(String difference) {
        return difference + "; use a machine like the others, or start the run with tinyclip.numerics=relaxed, whose"
                + " digest then holds for these machines only";
    }

    private Optional<String> otherNumerics(RunTerms.Proof proof) {
        return numerics.flatMap(run -> proof.numerics().flatMap(run::difference));
    }

    private static SortedMap<String, String> differences(Map<String, String> here, Map<String, String> run) {
        TreeSet<String> keys = new TreeSet<>(here.keySet());
        keys.addAll(run.keySet());
        SortedMap<String, String> differences = new TreeMap<>();
        for (String key : keys) {
            String own = here.getOrDefault(key, NOT_SET);
            String other = run.getOrDefault(key, NOT_SET);
            if (!own.equals(other)) {
                differences.put(key, "[" + own + "] here, [" + other + "] in the run");
            }
        }
        return differences;
    }

    private static String list(SortedMap<String, String> differences) {
        return differences.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
