package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Shapes;
import io.tinyclip.model.VectorPool;
import io.tinyclip.random.Counter;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Gradient;
import io.tinyclip.step.GradientSums;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a device adds up against plain Java, in the engine's own arithmetic on the processor. */
class DeviceGradientsTest {
    private static final int PARTITIONS = 8;
    private static final int WITHOUT_A_PAIR = 5;
    private static final float OF_SCALE = 0.3f;
    private static final float[] EDGES = {
        Float.NaN, Float.POSITIVE_INFINITY, -0f, Float.MIN_VALUE, -3 * Float.MIN_VALUE, Float.MIN_NORMAL, 0x1.01p0f
    };

    private final Layout layout = Layout.of(Shapes.cut(), 11, false, true);
    private final TensorScope home = Torch.newScope();
    private final VectorPool pool = new VectorPool();

    @AfterEach
    void close() {
        home.close();
    }

    @ParameterizedTest
    @EnumSource
    void sumsAreThoseOfPlainJavaBitForBit(Rounding rounding) {
        int[] java = bits(sum(new HostGradients(pool), rounding).onHost());
        int[] device = bits(sum(new DeviceGradients(home, pool), rounding).onHost());
        assertArrayEquals(java, device);
    }

    @Test
    void aSumIsCopiedOnceAndItsVectorUsedAgainOnceItIsFreed() {
        Gradient sum = sum(new DeviceGradients(home, pool), Rounding.FP32);
        FloatVector host = sum.onHost();
        assertSame(host, sum.onHost());
        assertNotSame(host, pool.take(layout.size()));
        sum.free();
        assertSame(host, pool.take(layout.size()));
    }

    private Gradient sum(Gradients gradients, Rounding rounding) {
        TreeSum<Gradient> tree = new TreeSum<>(PARTITIONS, new GradientSums(rounding));
        List<Gradient> parts = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Gradient part = partition == WITHOUT_A_PAIR ? gradients.zeros(layout) : part(gradients, partition);
            part.round(rounding);
            parts.add(part);
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            tree.give(new Node(0, partition), parts.get(partition));
        }
        return tree.total().orElseThrow();
    }

    private Gradient part(Gradients gradients, int partition) {
        float[] values = new float[layout.size()];
        long key = Counter.key(partition);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Counter.normal(key, i) * (float) StrictMath.pow(2, i % 60 - 45);
        }
        System.arraycopy(EDGES, 0, values, partition, EDGES.length);
        return gradients.of(home.floats(values), layout, OF_SCALE);
    }

    /** Any NaN is as good as another but where rounding makes one of all. */
    private static int[] bits(FloatVector vector) {
        int[] bits = new int[vector.size()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(vector.get(i));
        }
        return bits;
    }
}
