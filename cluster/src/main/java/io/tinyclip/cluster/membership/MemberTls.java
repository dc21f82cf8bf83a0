package io.tinyclip.cluster.membership;

import akka.actor.ActorSystem;
import akka.remote.artery.tcp.SSLEngineProvider;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.cluster.settings.ClusterSettings;
import java.util.Map;
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

    /** What an actor system is told whose settings name certificates; nothing for others. */
    static Config config(ClusterSettings cluster) {
        return cluster.protection()
                .credentials()
                .map(files -> ConfigFactory.parseMap(Map.of(
                        "akka.remote.artery.transport", "tls-tcp",
                        "akka.remote.artery.ssl.ssl-engine-provider", MemberTls.class.getName(),
                        "tinyclip.cluster.name", cluster.name(),
                        "tinyclip.cluster.tls.authority", files.authority().toString(),
                        "tinyclip.cluster.tls.certificate", files.certificate().toString(),
                        "tinyclip.cluster.tls.key", files.key().toString())))
                .orElseGet(ConfigFactory::empty);
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        return new StreamedEngine(tls.server(), tls::isRevoked);
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        return new StreamedEngine(tls.client(), tls::isRevoked);
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
