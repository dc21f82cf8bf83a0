package io.tinyclip.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * What libtorch may do to be fast at the price of other bits, forbidden for the whole process. DJL has no calls for most of it;
 * libtorch exports the functions that PyTorch's own switches call, and a library that is loaded is found by its name.
 */
final class NumericSwitches {
    private static final String LIBRARY = "libtorch_cpu.so";
    private static final int ON = 1;
    private static final int OFF = 0;

    private final NativeLibrary library;
    private final Pointer context;

    private NumericSwitches(NativeLibrary library) {
        this.library = library;
        this.context = library.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);
    }

    /** Those of the libtorch that this process has loaded. */
    static NumericSwitches ofThisProcess() {
        try {
            return new NumericSwitches(NativeLibrary.getInstance(LIBRARY));
        } catch (UnsatisfiedLinkError e) {
            throw new EngineStartException(e);
        }
    }

    /**
     * An operation that may give other bits at another time is an error from now on, on whichever device; products of floats
     * are made of whole floats; cuDNN does not choose by the clock.
     */
    void fix() {
        set("setDeterministicAlgorithms", "Ebb", ON, OFF);
        // Filling what is about to be written costs time, and changes only what nobody may read.
        set("setDeterministicFillUninitializedMemory", "Eb", OFF);
        set("setAllowTF32CuBLAS", "Eb", OFF);
        set("setAllowTF32CuDNN", "Eb", OFF);
        set("setBenchmarkCuDNN", "Eb", OFF);
        set("setDeterministicCuDNN", "Eb", ON);
    }

    boolean deterministic() {
        return get("deterministicAlgorithms");
    }

    /** Whether cuBLAS or cuDNN may round factors to 11 bits. */
    boolean roundsFactors() {
        return get("allowTF32CuBLAS") || get("allowTF32CuDNN");
    }

    private void set(String method, String signature, Integer... values) {
        Object[] arguments = new Object[values.length + 1];
        arguments[0] = context;
        System.arraycopy(values, 0, arguments, 1, values.length);
        find("_ZN", method, signature).invokeVoid(arguments);
    }

    private boolean get(String method) {
        // A bool fills the lowest byte alone.
        return (find("_ZNK", method, "Ev").invokeInt(new Object[] {context}) & 0xff) != 0;
    }

    /** A method of at::Context by the name that compilers for Linux give it. */
    private Function find(String prefix, String method, String signature) {
        String name = prefix + "2at7Context" + method.length() + method + signature;
        try {
            return library.getFunction(name);
        } catch (UnsatisfiedLinkError e) {
            throw new EngineStartException(e);
        }
    }
}
