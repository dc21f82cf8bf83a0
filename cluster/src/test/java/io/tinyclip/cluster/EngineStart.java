package io.tinyclip.cluster;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import java.util.Arrays;

/** A program for {@link CoordinatorJarIT}: starts the engine of the class path and adds one to two numbers. */
final class EngineStart {
    static final String EXPECTED = "[2.0, 3.0]";

    private EngineStart() {}

    public static void main(String[] arguments) {
        Platform.prepare();
        try (TensorScope scope = Torch.newScope()) {
            float[] sum = scope.floats(new float[] {1, 2}).plus(scope.scalar(1)).floats();
            System.out.println(Arrays.toString(sum));
        }
    }
}
