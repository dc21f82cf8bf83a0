package io.tinyclip.cluster.settings;

import io.tinyclip.files.Architectures;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.model.Activation;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.storage.Location;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the teachers, and the loss that they are asked for. */
final class TeachingReader {
    /** What a further teacher may say. */
    static final Set<String> KEYS = Set.of("model", "logit-scale", "weight");

    private static final double LARGEST_LOGIT_SCALE = 100;
    private static final double LARGEST_WEIGHT = 1_000_000;
    private static final String FURTHER_TEACHERS = "further-teachers";
    private static final String TEACHER_REMEDY = "name a model's folder or file, or builtin";

    private final SettingValues values;

    private TeachingReader(SettingValues values) {
        this.values = values;
    }

    static TeachingSettings read(SettingValues values) {
        return new TeachingReader(values).read();
    }

    private TeachingSettings read() {
        double scale = logitScale(values);
        LossPlan loss = loss();
        return new TeachingSettings(teacher(), furtherTeachers(), scale, loss);
    }

    private LossPlan loss() {
        double affinity = weight("affinity");
        double contrastive = weight("contrastive");
        double features = weight("features");
        double interactive = weight("interactive");
        if (affinity + contrastive + features + interactive == 0) {
            throw values.refusal("loss.affinity", "must be above 0 where all other weights of tinyclip.loss are 0");
        }
        List<LossPlan.FurtherTeacher> further = values.list(FURTHER_TEACHERS).stream()
                .map(teacher -> new LossPlan.FurtherTeacher(
                        logitScale(teacher.has("logit-scale") ? teacher : values),
                        teacher.has("weight") ? teacher.positive("weight", LARGEST_WEIGHT) : 1))
                .toList();
        if (!further.isEmpty() && affinity == 0) {
            throw values.refusal(
                    FURTHER_TEACHERS, "must be empty where tinyclip.loss.affinity is 0, the one term that asks them");
        }
        return new LossPlan(affinity, contrastive, features, interactive, further);
    }

    private double weight(String term) {
        return values.within("loss." + term, 0, LARGEST_WEIGHT);
    }

    private static double logitScale(SettingValues from) {
        return from.within("logit-scale", 1, LARGEST_LOGIT_SCALE);
    }

    private TeachingSettings.TeacherSource teacher() {
        return new TeachingSettings.TeacherSource(
                Location.readable(values.filled("teacher", TEACHER_REMEDY), "tinyclip.teacher"),
                new ReadOptions(
                        activation(),
                        unlessZero("teacher-head-width", PretrainReader.LARGEST_WIDTH),
                        unlessZero("image-size", PretrainReader.LARGEST_IMAGE)),
                architecture());
    }

    private Optional<Activation> activation() {
        return values.text("teacher-activation").isEmpty()
                ? Optional.empty()
                : Optional.of(values.choice("teacher-activation", EnumSet.allOf(Activation.class)));
    }

    private OptionalInt unlessZero(String key, int most) {
        int value = values.whole(key, 0, most);
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private String architecture() {
        String name = values.text("teacher-architecture");
        if (!name.isEmpty() && !Architectures.names().contains(name)) {
            throw values.refusal(
                    "teacher-architecture",
                    "is unknown; did you mean " + KnownKeys.nearest(name, Architectures.names()) + "?");
        }
        return name;
    }

    private List<String> furtherTeachers() {
        return values.list(FURTHER_TEACHERS).stream()
                .map(teacher ->
                        Location.readable(teacher.filled("model", TEACHER_REMEDY), "tinyclip." + FURTHER_TEACHERS))
                .toList();
    }
}
