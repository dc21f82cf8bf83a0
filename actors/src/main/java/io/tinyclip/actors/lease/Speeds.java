package io.tinyclip.actors.lease;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How fast workers are, for as long as that is to count.
 *
 * <pre>
 * any         other workers than before                      -> measuring, by the speeds that are known
 * measuring   {@link #STEPS} steps measured                  -> fixed, by each worker's median
 * fixed       a worker strays {@link #IN_A_ROW} times        -> measuring, by the speeds as they are fixed, but not before
 *             in a row                                          {@link #LEAST_FIXED} steps
 * </pre>
 *
 * So leases change when workers come or go, {@link #STEPS} steps after that, and otherwise once in {@link #LEAST_FIXED}
 * steps at the most: they can't swing. A worker of which nothing is known is as fast as the mean of the others. One that
 * had no lease while the others were measured comes after the slowest of them, until workers come or go.
 */
final class Speeds {
    /** The first is often slow, and one more may be disturbed. */
    static final int STEPS = 5;

    /** A worker strays that is by this factor faster or slower than its speed says, beside the middle of the others. */
    static final double STRAYS = 1.5;

    static final int IN_A_ROW = 10;
    static final int LEAST_FIXED = 50;

    private final Map<Integer, Double> known = new HashMap<>();
    private final Map<Integer, List<Double>> samples = new HashMap<>();
    private final Map<Integer, Integer> straying = new HashMap<>();
    private Set<Integer> workers = Set.of();
    private Shares shares = Shares.EQUAL;
    private boolean measuring;
    private int steps;

    /** @param next who may compute the next step */
    Shares shares(List<Integer> next) {
        if (!Set.copyOf(next).equals(workers)) {
            workers = Set.copyOf(next);
            shares = new Shares(knownOfWorkers());
            measure();
        }
        return shares;
    }

    /** A step was committed. @param speeds of workers that were measured in it, in partitions a second */
    void committed(Map<Integer, Double> speeds) {
        if (speeds.isEmpty()) {
            return;
        }
        steps++;
        if (measuring) {
            speeds.forEach((worker, speed) ->
                    samples.computeIfAbsent(worker, it -> new ArrayList<>()).add(speed));
            if (steps >= STEPS) {
                fix();
            }
        } else if (strays(speeds) && steps >= LEAST_FIXED) {
            measure();
        }
    }

    private void measure() {
        measuring = true;
        steps = 0;
        samples.clear();
        straying.clear();
    }

    private void fix() {
        measuring = false;
        steps = 0;
        samples.forEach((worker, speeds) -> known.put(worker, median(speeds)));
        Map<Integer, Double> all = knownOfWorkers();
        double slowest =
                all.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        workers.forEach(worker -> all.putIfAbsent(worker, Math.nextDown(slowest)));
        shares = new Shares(all);
    }

    private Map<Integer, Double> knownOfWorkers() {
        Map<Integer, Double> of = new TreeMap<>(known);
        of.keySet().retainAll(workers);
        return of;
    }

    /** Whether a worker has strayed often enough. */
    private boolean strays(Map<Integer, Double> speeds) {
        Map<Integer, Double> ratios = new TreeMap<>();
        speeds.forEach((worker, speed) -> {
            if (known.containsKey(worker)) {
                ratios.put(worker, speed / known.get(worker));
            }
        });
        ratios.forEach((worker, ratio) -> {
            List<Double> others = new ArrayList<>();
            ratios.forEach((other, it) -> {
                if (!other.equals(worker)) {
                    others.add(it);
                }
            });
            boolean now = !others.isEmpty() && isFar(ratio / median(others));
            straying.put(worker, now ? straying.getOrDefault(worker, 0) + 1 : 0);
        });
        return straying.values().stream().anyMatch(times -> times >= IN_A_ROW);
    }

    private static boolean isFar(double ratio) {
        return ratio > STRAYS || ratio < 1 / STRAYS;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
