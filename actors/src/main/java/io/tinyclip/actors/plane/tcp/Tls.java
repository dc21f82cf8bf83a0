package io.tinyclip.actors.plane.tcp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Encrypts connections where the settings say so: both ends prove that they belong to the run, see {@link RunTls}. */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A handshake that fails closes its connection, and that is what is watched.
final class Tls {
    private static final int LOOK_SECONDS = 5;

    private final Optional<RunTls> tls;

    /** @throws InvalidInputException for files that cannot be used */
    Tls(Optional<Credentials> credentials) {
        this.tls = credentials.map(RunTls::of);
    }

    void addClient(Channel channel) {
        tls.ifPresent(it -> add(channel, it, it.client()));
    }

    void addServer(Channel channel) {
        tls.ifPresent(it -> add(channel, it, it.server()));
    }

    private static void add(Channel channel, RunTls tls, SSLEngine engine) {
        SslHandler handler = new SslHandler(engine);
        channel.pipeline().addLast(handler);
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                Runnable forget = tls.endsIfRevoked(engine.getSession(), channel::close);
                channel.closeFuture().addListener(closed -> forget.run());
            }
        });
    }

    /** Looks now and then whether certificates were taken back, for as long as these loops turn. */
    void watch(EventLoopGroup loops) {
        tls.ifPresent(
                it -> loops.next().scheduleWithFixedDelay(it::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS));
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
