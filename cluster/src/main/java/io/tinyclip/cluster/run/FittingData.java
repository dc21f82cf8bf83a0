package io.tinyclip.cluster.run;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.Variety;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.storage.Location;

/** Refuses, before any work, training pairs that a run's steps cannot be taken from. */
final class FittingData {
    /** Pins of so many fit into a message of actors. */
    private static final int MOST_SHARDS = 800;
    /** A step takes pairs of a whole window of shards, besides those that it uses up. */
    private static final int SHARDS_BESIDE = 128;

    private FittingData() {}

    static void requireBatch(Settings settings, Dataset data) {
        if (data.size() < settings.step().batch()) {
            throw new InvalidInputException("tinyclip.batch [" + settings.step().batch() + "] must be at most the ["
                    + data.size() + "] pairs of " + place(settings) + "; lower the batch or give more pairs");
        }
    }

    /** Pairs that are all alike teach nothing. */
    static void requireVariety(Settings settings, Dataset data) {
        Variety.require(data, place(settings));
    }

    /** What signs an address is told to nobody. */
    private static String place(Settings settings) {
        return SettingsFile.DATA + " [" + Location.shown(settings.data().train()) + "]";
    }

    /** With a partition, a worker tells in one message of all shards whose pairs it was held against. */
    static void requireFewShards(RunPlan plan, Dataset data) {
        int shards = data.shardsToPin();
        if (shards == 0 || !plan.loss().paired()) {
            return;
        }
        long inStep = Math.min(shards, (long) plan.globalBatch() * shards / data.size() + SHARDS_BESIDE);
        if (inStep > MOST_SHARDS) {
            throw new InvalidInputException("a step of [" + plan.globalBatch() + "] pairs lies in some [" + inStep
                    + "] tars, of which at most [" + MOST_SHARDS + "] can be told of; pack more pairs into a tar, lower"
                    + " tinyclip.batch, or set tinyclip.data.index = before");
        }
    }
}
