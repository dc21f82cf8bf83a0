package io.tinyclip.cluster.serve;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * What a server proves itself by.
 *
 * @param certificate PEM, the server's own first, then those that lead to an authority
 * @param key PEM, PKCS #8 without a password
 */
public record ServerTls(Path certificate, Path key) {
    /** @throws InvalidInputException for a file that cannot be read or is not PEM */
    SSLContext context() {
        try {
            SslContext read = SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                    .sslProvider(SslProvider.JDK)
                    .build();
            return ((JdkSslContext) read).context();
        } catch (SSLException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    "cannot use --tls-certificate [" + certificate + "] and --tls-key [" + key + "]: " + e.getMessage()
                            + "; both are PEM, the key PKCS #8 without a password",
                    e);
        }
    }
}
