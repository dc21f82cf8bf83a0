package io.tinyclip.engine;

/** libtorch could not be unpacked or loaded; the cause says why. */
public final class EngineStartException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public EngineStartException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
