package io.tinyclip.engine.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.Argument;
import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every way to libtorch has to do, by the one that there is. */
class DjlScopeTest {
    private static final String METHODS = """
              def sums(self: __torch__.K, some: List[Tensor], x: Tensor, others: List[Tensor]) -> Tuple[Tensor, Tensor]:
                return (some[0] + some[1], x + others[0])
              def square(self: __torch__.K, x: Tensor) -> Tuple[Tensor, Tensor]:
                leaf = x.detach().requires_grad_(True)
                return (leaf, leaf * leaf)
              def slope(self: __torch__.K, leaf: Tensor, y: Tensor) -> Tensor:
                cotangents = annotate(List[Optional[Tensor]], [torch.ones_like(y)])
                slope = torch.grad([y], [leaf], cotangents, False, False, False)[0]
                return torch.zeros_like(y) if slope is None else slope
            """;

    private final TensorScope scope = Torch.newScope();

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void tensorsHoldAnyNumberOfFloatsFromTheStartOfACacheLineOn() {
        for (int floats = 1; floats < 100; floats++) {
            int count = floats;
            Tensor tensor = scope.written(false, out -> assertEquals(count, out.capacity()), floats);
            ByteBuffer where = DjlTensor.of(tensor).toByteBuffer(true);
            assertEquals(0, where.alignmentOffset(0, 64));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tensorsBelongToTheScopeAskedAndHoldWhatWasWritten(boolean copies) {
        Tensor tensor = scope.written(copies, out -> out.put(new float[] {1, 2, 3, 4}), 2, 2);
        assertSame(scope, tensor.scope());
        assertArrayEquals(new long[] {2, 2}, tensor.shape());
        assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.floats());
        assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.floats());
    }

    @Test
    void valuesComeOutAsTheyWentIn() {
        assertArrayEquals(
                new float[] {1, 2}, scope.floats(new float[] {1, 2}, 2, 1).floats());
        assertArrayEquals(
                new double[] {0.1, 0.2}, scope.doubles(new double[] {0.1, 0.2}).doubles());
        assertArrayEquals(
                new long[] {Long.MAX_VALUE},
                scope.longs(new long[] {Long.MAX_VALUE}).longs());
        assertArrayEquals(new long[0], scope.scalar(1).shape());
        assertEquals(0, scope.longs(new long[0]).size());
        FloatBuffer target = FloatBuffer.allocate(3);
        scope.floats(new float[] {5, 6}).read(target);
        assertEquals(0, target.position());
        assertArrayEquals(new float[] {5, 6, 0}, target.array());
    }

    @Test
    void whatIsNarrowedIsTheSameMemory() {
        ByteBuffer floats = ByteBuffer.allocateDirect(6 * Float.BYTES).order(ByteOrder.nativeOrder());
        Tensor whole = scope.over(floats, 2, 3);
        Tensor row = whole.narrow(scope, 0, 1, 1);
        Tensor columns = whole.narrow(scope, 1, 1, 2);
        floats.asFloatBuffer().put(new float[] {1, 2, 3, 4, 5, 6});
        assertArrayEquals(new float[] {4, 5, 6}, row.floats());
        assertArrayEquals(new long[] {2, 2}, columns.shape());
        assertArrayEquals(new float[] {2, 3, 5, 6}, columns.times(1).floats());
        assertArrayEquals(new float[] {4, 6, 10, 12}, columns.plus(columns).floats());
    }

    @Test
    void whatLivesInAClosedScopeIsClosed() {
        TensorScope inner = scope.newScope();
        Tensor outside = scope.floats(new float[] {1});
        Tensor inside = outside.in(inner);
        inner.close();
        assertFalse(inner.isOpen());
        assertTrue(scope.isOpen());
        assertThrows(IllegalStateException.class, inside::floats);
        assertArrayEquals(new float[] {1}, outside.floats());
    }

    @Test
    void aScriptTakesTensorsAndListsOfThemInTheirOrder() {
        Script script = ScriptArchive.compile(scope, METHODS);
        Tensor one = scope.scalar(1);
        Tensor two = scope.scalar(2);
        Tensor four = scope.scalar(4);
        // The same tensor may be in a list, in another, and by itself.
        List<Tensor> out =
                script.call(scope, "sums", Argument.list(List.of(one, two)), two, Argument.list(List.of(four)));
        assertEquals(3, out.get(0).floats()[0]);
        assertEquals(6, out.get(1).floats()[0]);
    }

    @Test
    void graphsLiveFromOneCallToTheNextOnlyWhereTheyAreAskedFor() {
        Script script = ScriptArchive.compile(scope, METHODS);
        Tensor three = scope.scalar(3);
        Tensor[] held = script.differentiate(scope, "square", three).toArray(Tensor[]::new);
        assertEquals(6, script.differentiate(scope, "slope", held).get(0).floats()[0]);
        Tensor[] bare = script.call(scope, "square", three).toArray(Tensor[]::new);
        assertThrows(RuntimeException.class, () -> script.differentiate(scope, "slope", bare));
    }
}
