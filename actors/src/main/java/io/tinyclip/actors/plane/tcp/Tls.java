package io.tinyclip.actors.plane.tcp;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Identity;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.model.InvalidInputException;
import java.security.cert.CertificateParsingException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Encrypts connections where the settings say so: both ends prove that they belong to the run, see {@link RunTls}. */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A handshake that fails closes its connection, and that is what is watched.
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

    /** What the other end has proven that it may do; everything on a connection without certificates. */
    static Set<Role> roles(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            return EnumSet.allOf(Role.class);
        }
        try {
            return Identity.of(handler.engine().getSession()).roles();
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return Set.of();
        }
    }

    /** Calls back once the other end has proven who it is, or failed to, or at once where it need not. */
    static void whenProven(Channel channel, Consumer<Boolean> then) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            then.accept(true);
        } else {
            handler.handshakeFuture().addListener(done -> then.accept(done.isSuccess()));
        }
    }
}
