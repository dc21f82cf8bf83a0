package io.tinyclip.actors.plane.tcp;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.model.InvalidInputException;
import java.util.Optional;

/** Encrypts connections where the settings say so: both ends prove that they belong to the run, see {@link RunTls}. */
final class Tls {
    private final Optional<RunTls> tls;

    /** @throws InvalidInputException for files that cannot be used */
    Tls(Optional<Credentials> credentials) {
        this.tls = credentials.map(RunTls::of);
    }

    void addClient(Channel channel) {
        tls.ifPresent(it -> channel.pipeline().addLast(new SslHandler(it.client())));
    }

    void addServer(Channel channel) {
        tls.ifPresent(it -> channel.pipeline().addLast(new SslHandler(it.server())));
    }
}
