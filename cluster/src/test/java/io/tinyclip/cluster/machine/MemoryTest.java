package io.tinyclip.cluster.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.compute.Hold;
import io.tinyclip.files.Architectures;
import io.tinyclip.inherit.ManualStudent;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class MemoryTest {
    private static final long GIB = 1L << 30;

    @Test
    void refusesWhatTheMachineDoesNotHoldWithBothNumbers() {
        Memory machine = new Memory(4 * GIB, 16 * GIB, 0);
        String message = assertThrows(InvalidInputException.class, () -> machine.require(new Memory(GIB, 20 * GIB, 0)))
                .getMessage();
        assertTrue(message.contains("needs about 20.0 GiB of memory, the machine has 16.0 GiB"), message);
    }

    @Test
    void refusesWhatTheHeapDoesNotHoldWithTheOptionThatHelps() {
        Memory machine = new Memory(4 * GIB, 16 * GIB, 0);
        String message = assertThrows(
                        InvalidInputException.class, () -> machine.require(new Memory(5 * GIB, 6 * GIB, 0)))
                .getMessage();
        assertTrue(message.endsWith("start it with java -Xmx5g"), message);
    }

    @Test
    void refusesWhatTheGpuDoesNotHold() {
        Memory machine = new Memory(4 * GIB, 16 * GIB, 8 * GIB);
        String message = assertThrows(
                        InvalidInputException.class, () -> machine.require(new Memory(GIB, 2 * GIB, 9 * GIB)))
                .getMessage();
        assertTrue(message.contains("needs about 9.0 GiB of the GPU's memory, it has 8.0 GiB"), message);
    }

    @Test
    void refusesOtherWorkWithItsOwnRemedyAndWhatTheEngineTakes() {
        Memory machine = new Memory(GIB, 4 * GIB, 0);
        machine.require("--costs", 3 * GIB, "wait");
        String message = assertThrows(
                        InvalidInputException.class, () -> machine.require("--costs", 7 * GIB / 2, "wait"))
                .getMessage();
        assertEquals("--costs needs about 4.3 GiB of memory, the machine has 4.0 GiB; wait", message);
    }

    @Test
    void whatAGpuHoldsTheMachineNeedNotHold() {
        String batch = "16384";
        Memory processor = need(Map.of("tinyclip.batch", batch, "tinyclip.hold", "on"));
        Memory gpu = need(Map.of("tinyclip.batch", batch, "tinyclip.hold", "on", "tinyclip.device", "cuda:0"));
        assertEquals(0, processor.device());
        assertTrue(gpu.device() > GIB, gpu.toString());
        assertTrue(gpu.physical() < processor.physical(), gpu + " " + processor);
    }

    @Test
    void aTinyRunNeedsLittleAndAHugeBatchMuch() {
        Memory small = need(Map.of("tinyclip.batch", "64"));
        Memory large = need(Map.of("tinyclip.batch", "1048576", "tinyclip.partitions", "8"));
        assertTrue(small.physical() < 3 * GIB, small.toString());
        assertTrue(large.physical() > 1000 * GIB, large.toString());
    }

    @Test
    void moreThreadsNeedMore() {
        Memory one = need(Map.of("tinyclip.threads", "1"));
        Memory eight = need(Map.of("tinyclip.threads", "8"));
        assertTrue(eight.physical() > one.physical(), one + " " + eight);
    }

    @Test
    void theModelThatIsJudgedIsWholeAndEachWorkerHasIt() {
        Map<String, String> two = Map.of("tinyclip.workers", "2");
        Map<String, String> judged = Map.of("tinyclip.workers", "2", "tinyclip.evaluation.pairs", "true");
        ModelShape model = SettingsFile.defaults(two).pretrain().model();
        assertEquals(
                3L * Float.BYTES * Counts.of(model).total(),
                need(judged).physical() - need(two).physical());
    }

    /** As many rows as captions of photographs come to. */
    @Test
    void aMachineOf8GibTrainsViTB32To40MWithoutAHeapOption() {
        Settings settings = SettingsFile.defaults(Map.of(
                "tinyclip.batch", "32", "tinyclip.partitions", "4", "tinyclip.threads", "2", "tinyclip.hold", "off"));
        ModelShape teacher = Architectures.shape("ViT-B-32");
        ManualStudent.Size image = new ManualStudent.Size(OptionalInt.of(512), OptionalInt.of(12));
        ManualStudent.Size text = new ManualStudent.Size(OptionalInt.of(512), OptionalInt.of(6));
        ModelShape student = StageGoal.plans(
                        teacher,
                        List.of(new StageGoal.Manual(new ManualStudent(image, text, ManualStudent.By.FIRST), 1)))
                .get(0)
                .student()
                .orElseThrow();
        Memory need = MemoryNeed.of(
                Layout.of(teacher, 8000, false, false), Layout.of(student, 8000, false, false), List.of(), settings);
        new Memory(2 * GIB, 8 * GIB, 0).require(need);
    }

    /** On a GPU threads wait for room, so one partition's graph is enough; what all of them stage is on the host. */
    @Test
    void aGpuNeedsRoomForOneGraphHoweverManyThreadsThereAre() {
        Map<String, String> one =
                Map.of("tinyclip.device", "cuda:0", "tinyclip.threads", "1", "tinyclip.precision", "fp32");
        Map<String, String> two =
                Map.of("tinyclip.device", "cuda:0", "tinyclip.threads", "2", "tinyclip.precision", "fp32");
        Map<String, String> held = Map.of(
                "tinyclip.device",
                "cuda:0",
                "tinyclip.threads",
                "1",
                "tinyclip.precision",
                "fp32",
                "tinyclip.hold",
                "on");
        Settings settings = SettingsFile.defaults(one);
        Layout layout = Layout.of(settings.pretrain().model(), 8000, false, true);
        int pairs = settings.step().batch() / settings.step().partitions();
        long graph = Hold.bytes(layout, pairs, Precision.FP32);
        assertTrue(need(two).device() - need(one).device() < graph, "a second thread's graph is counted");
        assertTrue(need(two).physical() > need(one).physical());
        assertEquals(
                (settings.step().partitions() - 1) * graph,
                need(held).device() - need(one).device());
    }

    @Test
    void halfThePrecisionTakesHalfOfAGraph() {
        Map<String, String> wide = Map.of("tinyclip.threads", "1", "tinyclip.precision", "fp32");
        Map<String, String> narrow = Map.of("tinyclip.threads", "1", "tinyclip.precision", "bf16");
        Settings settings = SettingsFile.defaults(wide);
        Layout layout = Layout.of(settings.pretrain().model(), 8000, false, true);
        int pairs = settings.step().batch() / settings.step().partitions();
        assertEquals(
                Hold.bytes(layout, pairs, Precision.FP32) - Hold.bytes(layout, pairs, Precision.BF16),
                need(wide).physical() - need(narrow).physical());
        assertEquals(need(wide), need(Map.of("tinyclip.threads", "1", "tinyclip.precision", "auto")));
    }

    @Test
    void whatIndexesTakeIsOfTheHeapAndOfTheMachine() {
        Memory need = need(Map.of());
        assertEquals(new Memory(need.heap() + 512, need.physical() + 512, need.device()), need.withHeap(512));
    }

    private static Memory need(Map<String, String> overrides) {
        Settings settings = SettingsFile.defaults(overrides);
        Layout layout = Layout.of(settings.pretrain().model(), 8000, false, true);
        return MemoryNeed.of(layout, layout, List.of(), settings);
    }
}
