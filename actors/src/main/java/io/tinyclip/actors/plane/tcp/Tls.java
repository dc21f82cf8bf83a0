package io.tinyclip.actors.plane.tcp;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.tinyclip.model.InvalidInputException;
import java.io.File;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Encrypts connections where the settings say so. Both ends prove that an authority signed them; who they are is not asked. */
final class Tls {
    private record Contexts(SslContext client, SslContext server) {}

    private final Optional<Contexts> contexts;

    /** @throws InvalidInputException for a file that cannot be read or is not PEM */
    Tls(Optional<PlaneSettings.Certificates> certificates) {
        this.contexts = certificates.map(Tls::read);
    }

    private static Contexts read(PlaneSettings.Certificates files) {
        File certificate = files.certificate().toFile();
        File key = files.key().toFile();
        File trust = files.trust().toFile();
        try {
            return new Contexts(
                    SslContextBuilder.forClient()
                            .keyManager(certificate, key)
                            .trustManager(trust)
                            .build(),
                    SslContextBuilder.forServer(certificate, key)
                            .trustManager(trust)
                            .clientAuth(ClientAuth.REQUIRE)
                            .build());
        } catch (SSLException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    "cannot use the PEM files of tinyclip.plane.tls [" + certificate + "], [" + key + "] and [" + trust
                            + "]: " + e.getMessage() + "; the key must be PKCS #8 without a password",
                    e);
        }
    }

    void addClient(Channel channel) {
        contexts.ifPresent(both -> channel.pipeline().addLast(both.client().newHandler(channel.alloc())));
    }

    void addServer(Channel channel) {
        contexts.ifPresent(both -> channel.pipeline().addLast(both.server().newHandler(channel.alloc())));
    }
}
