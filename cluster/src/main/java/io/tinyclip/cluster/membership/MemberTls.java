package io.tinyclip.cluster.membership;

import akka.actor.ActorSystem;
import akka.remote.artery.tcp.SSLEngineProvider;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.RunTls;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import scala.Option;

/** TLS of the actors' messages, as Akka asks for it; what a session's ends must prove, {@link RunTls} has checked in the handshake. */
public final class MemberTls implements SSLEngineProvider {
    private final RunTls tls;

    /** Called by Akka. */
    public MemberTls(ActorSystem system) {
        this.tls = RunTls.of(Credentials.read(system.settings().config()).orElseThrow());
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        return tls.server();
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        return tls.client();
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return Option.empty();
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return Option.empty();
    }
}
