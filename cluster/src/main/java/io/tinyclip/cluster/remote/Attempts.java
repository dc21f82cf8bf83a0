package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.settings.StorageSettings;
import io.tinyclip.storage.ChangedBlobException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.util.OptionalLong;
import javax.net.ssl.SSLHandshakeException;

/** Asks again where that may help. */
record Attempts(StorageSettings.Retries retries, Patience.Waiting waiting) {
    /** One of them. */
    @FunctionalInterface
    interface Attempt<T> {
        /** @param patience is told of what arrives */
        T ask(Patience patience) throws IOException;
    }

    /**
     * The first answer.
     *
     * @throws IOException what no further attempt mends, or the failure of the last
     */
    <T> T until(Attempt<T> attempt) throws IOException {
        Patience patience = new Patience(retries, waiting);
        while (true) {
            try {
                return attempt.ask(patience);
            } catch (RefusedException
                    | ChangedBlobException
                    | FileSystemException
                    | InterruptedIOException
                    | SSLHandshakeException e) {
                throw e;
            } catch (BusyException e) {
                patience.failed(e, e.after());
            } catch (IOException e) {
                if (e.getCause() instanceof SSLHandshakeException) {
                    throw e;
                }
                patience.failed(e, OptionalLong.empty());
            }
        }
    }
}
