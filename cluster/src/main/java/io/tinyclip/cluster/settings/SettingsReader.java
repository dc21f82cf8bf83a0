package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import io.tinyclip.compute.Hold;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.files.Architectures;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.inherit.ManualUnits;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.kernel.Precision;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.rounding.Rounding;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Turns a complete configuration into {@link Settings}; the bounds are those that {@code reference.conf} documents. */
final class SettingsReader {
    private static final int LARGEST_BATCH = 1 << 20;
    private static final int MOST_PARTITIONS = 1024;
    private static final int MOST_VIEWS = 1024;
    private static final int MOST_ACTORS = 256;
    static final int MOST_STEPS = 100_000_000;
    static final int LARGEST_WIDTH = 4096;
    private static final int SMALLEST_WIDTH = 8;
    static final int MOST_NEURONS = 8 * LARGEST_WIDTH;
    static final int MOST_LAYERS = 64;
    private static final int LARGEST_IMAGE = 1024;
    private static final int LONGEST_TEXT = 77;
    private static final int CLIP_VOCABULARY = 49408;
    private static final long LARGEST_TEACHER_CACHE = 64L << 30;
    private static final double LARGEST_LOGIT_SCALE = 100;
    private static final double LARGEST_RATE = 10;
    private static final double ANY_NORM = 1e9;
    private static final double LARGEST_WEIGHT = 1_000_000;

    /** What a further teacher may say. */
    static final Set<String> TEACHER_KEYS = Set.of("model", "logit-scale", "weight");

    private static final String FURTHER_TEACHERS = "further-teachers";
    private static final String TEACHER_REMEDY = "name a model's folder or file, or builtin";

    private final Config config;
    private final SettingValues values;
    private final Map<String, String> environment;
    private final String recipe;

    /**
     * @param config complete and resolved
     * @param environment of the process, for the cache's default
     * @param recipe the run's name where none is set
     */
    SettingsReader(Config config, Map<String, String> environment, String recipe) {
        this.config = config;
        this.values = new SettingValues(config.getConfig("tinyclip"), "tinyclip.");
        this.environment = environment;
        this.recipe = recipe;
    }

    Settings read() {
        ActorsReader.check(values);
        int partitions = partitions();
        MaskPlan mask = mask();
        return new Settings(
                values.any("seed"),
                batch(partitions),
                partitions,
                values.choice("precision", EnumSet.of(Precision.FP32, Precision.BF16)),
                logitScale(values),
                loss(),
                teacher(),
                furtherTeachers(),
                start(),
                data(),
                stages(mask),
                optimizer(),
                mask,
                wire(),
                new Settings.Pretrain(values.whole("pretrain.steps", 1, MOST_STEPS), model()),
                free(),
                ClusterReader.read(values),
                config);
    }

    private int partitions() {
        int partitions = values.whole("partitions", 1, MOST_PARTITIONS);
        if (Integer.bitCount(partitions) != 1) {
            int below = Integer.highestOneBit(partitions);
            throw values.refusal("partitions", "must be a power of two; use " + below + " or " + 2 * below);
        }
        return partitions;
    }

    private int batch(int partitions) {
        int batch = values.whole("batch", 2, LARGEST_BATCH);
        if (batch % partitions != 0) {
            int above = (batch / partitions + 1) * partitions;
            throw values.refusal(
                    "batch",
                    "must be a multiple of tinyclip.partitions [" + partitions + "]; use " + above
                            + ", or partitions that divide it");
        }
        return batch;
    }

    private Settings.StudentStart start() {
        String remedy = "name a model's folder or file, teacher or random";
        return new Settings.StudentStart(filled("start.image", remedy), filled("start.text", remedy));
    }

    private List<StageGoal> stages(MaskPlan mask) {
        List<StageGoal> stages = StagesReader.read(values, mask.rate());
        if (ManualUnits.areMeasured(stages) && !start().isTeacher()) {
            throw values.refusal(
                    "start",
                    "must be the teacher for both towers where student.by is importance, which is measured on the teacher;"
                            + " choose by magnitude, or leave start out");
        }
        return stages;
    }

    private Settings.Data data() {
        return new Settings.Data(
                filled("data.train", "name icons:train or a pattern of tars"),
                filled("data.evaluate", "name icons:unseen or a pattern of tars"),
                values.whole("data.icons", 0, Integer.MAX_VALUE),
                values.whole("data.views", 1, MOST_VIEWS));
    }

    private Settings.TeacherSource teacher() {
        return new Settings.TeacherSource(
                filled("teacher", TEACHER_REMEDY),
                new ReadOptions(
                        activation(),
                        unlessZero("teacher-head-width", LARGEST_WIDTH),
                        unlessZero("image-size", LARGEST_IMAGE)),
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

    private OptimizerPlan optimizer() {
        return new OptimizerPlan(
                values.positive("optimizer.rate", 1),
                values.whole("optimizer.warmup-steps", 0, MOST_STEPS),
                belowOne("optimizer.beta1"),
                belowOne("optimizer.beta2"),
                values.positive("optimizer.epsilon", 0.1),
                values.within("optimizer.decay", 0, 1),
                values.positive("optimizer.clip-norm", ANY_NORM),
                values.choice("optimizer.moments", EnumSet.allOf(MomentTransfer.class)));
    }

    private double belowOne(String key) {
        double value = values.within(key, 0, 1);
        if (value == 1) {
            throw values.refusal(key, "must be below 1");
        }
        return value;
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

    private static double logitScale(SettingValues from) {
        return from.within("logit-scale", 1, LARGEST_LOGIT_SCALE);
    }

    private List<String> furtherTeachers() {
        return values.list(FURTHER_TEACHERS).stream()
                .map(teacher -> filled(teacher, "model", TEACHER_REMEDY))
                .toList();
    }

    private double weight(String term) {
        return values.within("loss." + term, 0, LARGEST_WEIGHT);
    }

    private MaskPlan mask() {
        int roundTo = values.whole("mask.round-to", 1, 64);
        if (roundTo != 1 && roundTo != 8 && roundTo != 64) {
            throw values.refusal("mask.round-to", "must be 1, 8 or 64");
        }
        return new MaskPlan(
                values.positive("mask.rate", LARGEST_RATE),
                values.positive("mask.multiplier-rate", LARGEST_RATE),
                values.positive("mask.target-warmup", 1),
                roundTo,
                values.whole("mask.minimum-heads", 0, 64),
                values.choice("mask.penalty", EnumSet.allOf(SparsityPenalty.class)) == SparsityPenalty.ONE_SIDED,
                values.flag("mask.exportable"));
    }

    private WirePlan wire() {
        return new WirePlan(
                values.choice("wire.weights", EnumSet.of(Rounding.FP32, Rounding.BF16)),
                values.choice("wire.gradients", EnumSet.of(Rounding.FP32, Rounding.BF16)),
                values.choice("wire.features", EnumSet.of(Rounding.FP32, Rounding.FP16)));
    }

    private ModelShape model() {
        int embedding = values.whole("pretrain.model.embedding", SMALLEST_WIDTH, LARGEST_WIDTH);
        String image = "pretrain.model.image.";
        int size = values.whole(image + "size", 1, LARGEST_IMAGE);
        int patch = values.whole(image + "patch", 1, size);
        if (size % patch != 0) {
            throw values.refusal(image + "patch", "must divide " + "tinyclip." + image + "size [" + size + "]");
        }
        String text = "pretrain.model.text.";
        int context = values.whole(text + "context", 4, LONGEST_TEXT);
        return new ModelShape(
                embedding,
                Activation.GELU,
                new VisionTransformer(size, patch, width(image), headWidth(image), layers(image)),
                new TextTower(context, CLIP_VOCABULARY, width(text), headWidth(text), layers(text)));
    }

    private int width(String tower) {
        return values.whole(tower + "width", SMALLEST_WIDTH, LARGEST_WIDTH);
    }

    private int headWidth(String tower) {
        int headWidth = values.whole(tower + "head-width", 1, width(tower));
        if (width(tower) % headWidth != 0) {
            throw values.refusal(
                    tower + "head-width", "must divide " + "tinyclip." + tower + "width [" + width(tower) + "]");
        }
        return headWidth;
    }

    private List<LayerShape> layers(String tower) {
        int neurons = values.whole(tower + "neurons", 1, MOST_NEURONS);
        LayerShape layer = new LayerShape(width(tower) / headWidth(tower), neurons);
        return Collections.nCopies(values.whole(tower + "layers", 1, MOST_LAYERS), layer);
    }

    private Settings.Free free() {
        String name = values.text("run.name").isEmpty() ? recipe : values.text("run.name");
        if (!name.matches("[A-Za-z0-9._-]+") || name.startsWith(".")) {
            throw values.refusal(
                    "run.name", "must be letters, digits, dots, dashes and underscores, and not start with a dot");
        }
        String folder = values.text("run.folder");
        ComputeDevice device = device();
        return new Settings.Free(
                name,
                folder.isEmpty() ? Path.of("runs", name) : Path.of(folder),
                values.whole("workers", 1, MOST_ACTORS),
                values.whole("servers", 1, MOST_ACTORS),
                device,
                threads(device),
                values.whole("checkpoint.steps", 1, MOST_STEPS),
                cache(),
                values.bytes("teacher-cache", LARGEST_TEACHER_CACHE),
                values.choice("hold", EnumSet.allOf(Hold.class)),
                values.choice("numerics", EnumSet.allOf(Numerics.class)));
    }

    private ComputeDevice device() {
        return ComputeDevice.parse(values.text("device"))
                .orElseThrow(() -> values.refusal("device", "must be cpu or cuda:N, such as cuda:0"));
    }

    private int threads(ComputeDevice device) {
        int threads = values.whole("threads", 0, MOST_PARTITIONS);
        if (threads > 0) {
            return threads;
        }
        return device.isGpu() ? 1 : Runtime.getRuntime().availableProcessors();
    }

    private Path cache() {
        String folder = values.text("cache.folder");
        if (!folder.isEmpty()) {
            return Path.of(folder);
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return xdg.isEmpty() ? Path.of(home, ".cache", "tinyclip") : Path.of(xdg, "tinyclip");
    }

    private String filled(String key, String remedy) {
        return filled(values, key, remedy);
    }

    private static String filled(SettingValues from, String key, String remedy) {
        String text = from.text(key);
        if (text.isEmpty()) {
            throw from.refusal(key, "must not be empty; " + remedy);
        }
        return text;
    }
}
