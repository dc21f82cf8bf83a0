package io.tinyclip.cluster;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/** A program for {@link CoordinatorJarIT}: starts the engine of the class path and adds one to two numbers. */
final class EngineStart {
    static final String EXPECTED = "[2.0, 3.0]";

    private EngineStart() {}

    public static void main(String[] arguments) {
        Platform.prepare();
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                NDArray sum = manager.create(new float[] {1, 2}).add(1)) {
            System.out.println(Arrays.toString(sum.toFloatArray()));
        }
    }
}
