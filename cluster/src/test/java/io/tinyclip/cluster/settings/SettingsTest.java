package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigRenderOptions;
import io.tinyclip.compute.Hold;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.files.Architectures;
import io.tinyclip.inherit.ManualStudent.By;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.rounding.Rounding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SettingsTest {
    @TempDir
    private Path folder;

    @Test
    void defaultsAreValid() {
        Settings settings = SettingsFile.defaults(Map.of());
        assertEquals(256, settings.step().batch());
        assertEquals(Optional.empty(), settings.step().precision());
        assertEquals(Hold.AUTO, settings.free().machine().hold());
        assertEquals(ComputeDevice.CPU, settings.free().machine().device());
        assertFalse(settings.compression().mask().oneSided());
        assertEquals(Exportable.TRUE, settings.compression().mask().exportable());
        Settings dense = SettingsFile.defaults(Map.of("tinyclip.mask.exportable", "dense"));
        assertEquals(Exportable.DENSE, dense.compression().mask().exportable());
        assertEquals(Path.of("runs", "defaults"), settings.free().files().folder());
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                settings.free().machine().threads());
    }

    @Test
    void aMachineThatJoinsHasTheRunsDecisiveSettingsAndItsOwnFreeOnes() {
        Settings run = SettingsFile.defaults(Map.of("tinyclip.seed", "9", "tinyclip.threads", "3"));
        String json = BitKeys.only(run.effective()).root().render(ConfigRenderOptions.concise());
        Settings here =
                SettingsFile.ofRun(json, Map.of("tinyclip.threads", "5", "tinyclip.data.train", "here/{0..3}.tar"));
        assertEquals(9, here.step().seed());
        assertEquals(5, here.free().machine().threads());
        assertEquals("here/{0..3}.tar", here.data().train());
        assertEquals(
                List.of("tinyclip.data.train: icons:train -> here/{0..3}.tar"),
                BitKeys.differences(run.effective(), here.effective(), Set.of()));
    }

    @Test
    void aMachineThatJoinsMayNotChangeWhatBelongsToTheRun() {
        SettingsFile.requireOwn(Set.of("tinyclip.threads", "tinyclip.cluster.port", "tinyclip.data.train"));
        InvalidInputException refused = assertThrows(
                InvalidInputException.class,
                () -> SettingsFile.requireOwn(Set.of("tinyclip.threads", "tinyclip.seed")));
        assertTrue(refused.getMessage().startsWith("-Dtinyclip.seed belongs to the run"), refused.getMessage());
    }

    @Test
    void commandLineGoesOverRecipeAndRecipeOverDefaults() throws IOException {
        Path recipe = recipe("tinyclip { seed = 5, batch = 128, data.train = \"x/{0..3}.tar\" }");
        Settings settings =
                SettingsFile.read(recipe, Map.of("tinyclip.seed", "9", "tinyclip.data.evaluate", "icons:unseen"));
        assertEquals(9, settings.step().seed());
        assertEquals(128, settings.step().batch());
        assertEquals(8, settings.step().partitions());
        assertEquals("x/{0..3}.tar", settings.data().train());
        assertEquals("mine", settings.free().files().name());
    }

    @Test
    void theLossBelongsToARunAndNotToPretrain() {
        Settings settings =
                SettingsFile.defaults(Map.of("tinyclip.loss.affinity", "0.75", "tinyclip.loss.contrastive", "0.25"));
        ModelShape teacher = Architectures.shape("ViT-B-32");
        assertEquals(new LossPlan(0.75, 0.25, 0, 0), settings.runPlan(teacher).loss());
        assertEquals(LossPlan.CONTRASTIVE, settings.pretrainPlan().loss());
        Settings defaults = SettingsFile.defaults(Map.of());
        assertEquals(LossPlan.AFFINITY, defaults.runPlan(teacher).loss());
        assertEquals(
                List.of("tinyclip.loss.affinity: 1 -> 0.75", "tinyclip.loss.contrastive: 0 -> 0.25"),
                BitKeys.differences(defaults.effective(), settings.effective(), Set.of()));
    }

    @Test
    void furtherTeachersHaveTheFirstOnesScaleUnlessTheySayTheirOwn() {
        String further = "[{ model = /models/large, logit-scale = 20, weight = 0.5 }, { model = builtin }]";
        Settings settings = SettingsFile.defaults(Map.of("tinyclip.further-teachers", further));
        assertEquals(List.of("/models/large", "builtin"), settings.teaching().further());
        assertEquals(
                List.of(new LossPlan.FurtherTeacher(20, 0.5), new LossPlan.FurtherTeacher(50, 1)),
                settings.teaching().loss().further());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "[{ logit-scale = 20 }]                | must be a text",
                "[{ model = \"\" }]                      | name a model's folder or file, or builtin",
                "[{ model = builtin, weight = 0 }]     | above 0",
                "[{ model = builtin, logit-scale = 0 }]| from 1 to 100",
                "[{ model = builtin, logit-scal = 20 }] | did you mean tinyclip.further-teachers.logit-scale?",
                "builtin                               | list of objects"
            })
    void refusesFurtherTeachersThatSayTooLittleOrTooMuch(String further, String rule) {
        String message = refusal(Map.of("tinyclip.further-teachers", further));
        assertTrue(message.contains(rule), message);
        assertTrue(message.contains("tinyclip.further-teachers"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void refusesFurtherTeachersWhomNoTermAsks() {
        String message = refusal(Map.of(
                "tinyclip.further-teachers", "[{ model = builtin }]",
                "tinyclip.loss.affinity", "0",
                "tinyclip.loss.features", "1"));
        assertTrue(message.contains("must be empty where tinyclip.loss.affinity is 0"), message);
    }

    @Test
    void stagesMayBeGivenOnTheCommandLine() {
        String stages = "[{ keep = 0.5, inherit-steps = 200, distill-steps = 1 }]";
        Settings settings = SettingsFile.defaults(Map.of("tinyclip.stages", stages));
        assertEquals(
                List.of(new StageGoal.Learned(0.5, 200, 1, OptionalDouble.empty())),
                settings.compression().stages());
    }

    @Test
    void aStageMayNameItsStudentAndAnotherItsOwnWarmUp() {
        String stages = "[{ student { image { width = 640 }, text { layers = 9 } }, distill-steps = 7 },"
                + "{ keep = 0.5, inherit-steps = 300, target-warmup = 0.2, distill-steps = 1 }]";
        Settings settings =
                SettingsFile.defaults(Map.of("tinyclip.stages", stages, "tinyclip.optimizer.warmup-steps", "5"));
        RunPlan plan = settings.runPlan(Architectures.shape("ViT-B-32"));
        StagePlan manual = plan.stages().get(0);
        assertEquals(640, manual.student().orElseThrow().image().width());
        assertEquals(9, manual.student().orElseThrow().text().layers().size());
        assertEquals(new Cursor(0, Phase.DISTILL, 0), plan.start());
        assertEquals(OptionalDouble.of(0.2), plan.stages().get(1).targetWarmup());
    }

    @Test
    void aStudentTakesTheFirstUnitsUnlessAskedForOthers() {
        String stages = "[{ student { text { layers = 9 } }, distill-steps = 7 },"
                + "{ student { by = magnitude, text { layers = 6 } }, distill-steps = 7 }]";
        List<By> by = SettingsFile.defaults(Map.of("tinyclip.stages", stages)).compression().stages().stream()
                .map(stage -> ((StageGoal.Manual) stage).student().by())
                .toList();
        assertEquals(List.of(By.FIRST, By.MAGNITUDE), by);
    }

    @Test
    void importanceIsMeasuredOnTheTeacherAlone() {
        Map<String, String> measured = Map.of(
                "tinyclip.stages",
                "[{ student { by = importance, text { layers = 9 } }, distill-steps = 7 }]",
                "tinyclip.start.text",
                "random");
        String message = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(measured))
                .getMessage();
        assertTrue(message.startsWith("tinyclip.start"), message);
    }

    @Test
    void aGpuIsFedByAFewThreadsUnlessOthersAreAskedFor() {
        Map<String, String> second = Map.of("tinyclip.device", "cuda:1");
        assertEquals(
                ComputeDevice.cuda(1),
                SettingsFile.defaults(second).free().machine().device());
        assertEquals(4, SettingsFile.defaults(second).free().machine().threads());
        Map<String, String> asked = Map.of("tinyclip.device", "cuda:1", "tinyclip.threads", "3");
        assertEquals(3, SettingsFile.defaults(asked).free().machine().threads());
    }

    @Test
    void pretrainIsOneStageWithoutMasks() {
        RunPlan plan =
                SettingsFile.defaults(Map.of("tinyclip.pretrain.steps", "70")).pretrainPlan();
        assertTrue(plan.pretrain());
        assertEquals(List.of(new StagePlan(1, 0, 70)), plan.stages());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tinyclip.batch                     | 500     | multiple of tinyclip.partitions [8]; use 504
            tinyclip.batch                     | 0       | whole number from 2
            tinyclip.batch                     | many    | whole number
            tinyclip.partitions                | 6       | power of two; use 4 or 8
            tinyclip.partitions                | 512     | tinyclip.batch [256] must be a multiple
            tinyclip.seed                      | 1.5x    | 64 bits
            tinyclip.seed                      | 1.9     | 64 bits
            tinyclip.seed                      | 1e30    | 64 bits
            tinyclip.actors.remind-after       | 0       | from 1s to 86400s
            tinyclip.actors.begin-patience     | 2d      | from 1s to 86400s
            tinyclip.actors.most-members       | 0       | from 1 to 4096
            tinyclip.actors.remind-after       | soon    | a duration
            tinyclip.precision                 | fp64    | one of auto, fp32, bf16
            tinyclip.wire.weights              | fp16    | one of fp32, bf16
            tinyclip.wire.gradients            | fp16    | one of fp32, bf16
            tinyclip.wire.features             | bf16    | one of fp32, fp16
            tinyclip.hold                      | perhaps | one of auto, on, off
            tinyclip.logit-scale               | 0       | from 1 to 100
            tinyclip.loss.affinity             | 0       | must be above 0 where all other weights of tinyclip.loss
            tinyclip.loss.contrastive          | -1      | from 0 to 1000000
            tinyclip.loss.features             | much    | from 0 to 1000000
            tinyclip.loss.interactive          | 1e7     | from 0 to 1000000
            tinyclip.optimizer.rate            | -1      | above 0
            tinyclip.optimizer.rate            | NaN     | above 0
            tinyclip.optimizer.beta2           | 1       | below 1
            tinyclip.optimizer.moments         | kept    | one of fresh, carried
            tinyclip.mask.round-to             | 7       | 1, 8 or 64
            tinyclip.mask.rate                 | 0.01    | use 1000 steps or a larger rate
            tinyclip.mask.penalty              | none    | one of two-sided, one-sided
            tinyclip.mask.exportable           | maybe   | one of false, true, dense
            tinyclip.device                    | gpu     | must be cpu or cuda:N, such as cuda:0
            tinyclip.workers                   | 257     | from 0 to 256
            tinyclip.servers                   | 1.5     | whole number
            tinyclip.data.train                | ''      | must not be empty
            tinyclip.run.name                  | a/b     | letters, digits
            tinyclip.teacher-cache             | much    | such as 512m
            tinyclip.pretrain.model.image.patch | 5      | must divide tinyclip.pretrain.model.image.size [32]
            tinyclip.pretrain.model.text.head-width | 48 | must divide tinyclip.pretrain.model.text.width [128]
            tinyclip.teacher-architecture      | ViT-B-31 | did you mean ViT-B-32?
            tinyclip.stages                    | none    | list of objects
            tinyclip.stages                    | []      | at least one stage
            """)
    void refusesValuesOutOfBounds(String key, String value, String rule) {
        String message = refusal(Map.of(key, value));
        assertTrue(message.contains(rule), message);
        assertTrue(message.contains("tinyclip."), message);
        assertFalse(message.contains("\n"), message);
    }

    static Stream<String> badStages() {
        return Stream.of(
                "[{keep=0.5,inherit-steps=300,distill-steps=1},{keep=0.6,inherit-steps=300,distill-steps=1}]",
                "[{keep=0.5,inherit-steps=300,distill-steps=1},{keep=0.5,inherit-steps=300,distill-steps=1}]",
                "[{keep=0.504,inherit-steps=300,distill-steps=1},{keep=0.502,inherit-steps=300,distill-steps=1}]",
                "[{keep=1,inherit-steps=300,distill-steps=1}]",
                "[{keep=0,inherit-steps=300,distill-steps=1}]",
                "[{inherit-steps=300,distill-steps=1}]",
                "[{keep=0.5,inherit-steps=300,distill-steps=-1}]",
                "[{keep=0.5,inherit-steps=300,distill-steps=0}]",
                "[{keep=0.5,inherit-steps=300,distill-steps=1},{student{text{layers=2}},distill-steps=1}]",
                "[{student{text{layers=2}},keep=0.5,distill-steps=1}]",
                "[{student{text{layers=0}},distill-steps=1}]",
                "[{student{text{layers=2}}}]",
                "[{student{text{layers=2},by=size},distill-steps=1}]",
                "[{student{text{layers=2},by=magnitude,batches=4},distill-steps=1}]",
                "[{student{text{layers=2},by=importance,batches=0},distill-steps=1}]",
                "[{keep=0.5,inherit-steps=300,distill-steps=1,target-warmup=2}]",
                "[{keep=0.5,inherit-steps=0,distill-steps=1}]");
    }

    @ParameterizedTest
    @MethodSource("badStages")
    void refusesStagesThatDoNotFallOrCannotWork(String stages) {
        String message = refusal(Map.of("tinyclip.stages", stages));
        assertTrue(message.startsWith("tinyclip.stages "), message);
    }

    @ParameterizedTest
    @CsvSource({
        "tinyclip.optimizer.rat, tinyclip.optimizer.rate",
        "tinyclip.optimzer.rate, tinyclip.optimizer.rate",
        "tinyclip.worker, tinyclip.workers",
        "tinyclp.seed, tinyclip.seed",
        "tinyclip.pretrain.model.image.sise, tinyclip.pretrain.model.image.size"
    })
    void namesTheNearestNeighbourOfAnUnknownKey(String key, String nearest) {
        String message = refusal(Map.of(key, "1"));
        assertTrue(message.contains("[" + key + "]; did you mean " + nearest + "?"), message);
    }

    @Test
    void namesTheNearestNeighbourInsideStages() {
        String message = refusal(Map.of("tinyclip.stages", "[{keep=0.5,inherit-step=300,distill-steps=1}]"));
        assertTrue(message.contains("did you mean tinyclip.stages.inherit-steps?"), message);
        message = refusal(Map.of("tinyclip.stages", "[{student{image{with=64}},distill-steps=1}]"));
        assertTrue(message.contains("did you mean tinyclip.stages.student.image.width?"), message);
    }

    @Test
    void saysWhereARecipeIsBroken() throws IOException {
        Path recipe = recipe("tinyclip {\n seed = 5\n batch = 3.7\n}");
        String value = assertThrows(InvalidInputException.class, () -> SettingsFile.read(recipe, Map.of()))
                .getMessage();
        assertTrue(value.contains("mine.conf: 3"), value);
        Path torn = recipe("tinyclip { seed = ");
        String syntax = assertThrows(InvalidInputException.class, () -> SettingsFile.read(torn, Map.of()))
                .getMessage();
        assertTrue(syntax.contains("mine.conf"), syntax);
        assertFalse(syntax.contains("\n"), syntax);
    }

    @Test
    void refusesARecipeThatIsNotThere() {
        Path nowhere = folder.resolve("nowhere.conf");
        assertThrows(InvalidInputException.class, () -> SettingsFile.read(nowhere, Map.of()));
        assertThrows(InvalidInputException.class, () -> SettingsFile.read(folder, Map.of()));
    }

    @Test
    void shippedRecipesAreValid() {
        for (String name : List.of("tiny.conf", "quickstart.conf", "pretrain-icons.conf")) {
            assertTrue(SettingsFile.read(Path.of("..", "conf", name), Map.of())
                            .step()
                            .batch()
                    > 0);
        }
        assertEquals(
                "quickstart",
                SettingsFile.bundled("quickstart.conf", Map.of()).free().files().name());
    }

    @Test
    void countsEdits() {
        assertEquals(0, KnownKeys.distance("batch", "batch"));
        assertEquals(3, KnownKeys.distance("kitten", "sitting"));
        assertEquals(4, KnownKeys.distance("", "seed"));
    }

    @Test
    void onlySettingsThatChangeTheResultDiffer() {
        Settings before = SettingsFile.defaults(Map.of("tinyclip.workers", "3", "tinyclip.batch", "256"));
        Settings same = SettingsFile.defaults(Map.of(
                "tinyclip.servers", "5", "tinyclip.run.folder", "elsewhere", "tinyclip.optimizer.rate", "0.001"));
        Settings other = SettingsFile.defaults(Map.of("tinyclip.seed", "2", "tinyclip.mask.rate", "0.5"));
        assertEquals(List.of(), BitKeys.differences(before.effective(), same.effective(), Set.of()));
        assertEquals(
                List.of("tinyclip.mask.rate: 0.05 -> 0.5", "tinyclip.seed: 1 -> 2"),
                BitKeys.differences(before.effective(), other.effective(), Set.of()));
    }

    @Test
    void roundingBelongsToTheResult() {
        Settings before = SettingsFile.defaults(Map.of());
        assertEquals(WirePlan.FP32, before.pretrainPlan().wire());
        Settings rounded = SettingsFile.defaults(Map.of(
                "tinyclip.wire.weights", "bf16", "tinyclip.wire.gradients", "BF16", "tinyclip.wire.features", "fp16"));
        assertEquals(
                new WirePlan(Rounding.BF16, Rounding.BF16, Rounding.FP16),
                rounded.runPlan(Architectures.shape("ViT-B-32")).wire());
        List<String> differences = BitKeys.differences(before.effective(), rounded.effective(), Set.of());
        assertEquals(3, differences.size());
    }

    @Test
    void seedsThatDifferInTheirLastBitDiffer() {
        Settings one = SettingsFile.defaults(Map.of("tinyclip.seed", "9007199254740992"));
        Settings other = SettingsFile.defaults(Map.of("tinyclip.seed", "9007199254740993"));
        assertEquals(
                List.of("tinyclip.seed: 9007199254740992 -> 9007199254740993"),
                BitKeys.differences(one.effective(), other.effective(), Set.of()));
    }

    @Test
    void everyFreeKeyExists() {
        Settings settings = SettingsFile.defaults(Map.of());
        BitKeys.FREE.forEach(key -> assertTrue(settings.effective().hasPath(key), key));
    }

    private String refusal(Map<String, String> overrides) {
        return assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(overrides))
                .getMessage();
    }

    private Path recipe(String text) throws IOException {
        return Files.writeString(folder.resolve("mine.conf"), text);
    }
}
