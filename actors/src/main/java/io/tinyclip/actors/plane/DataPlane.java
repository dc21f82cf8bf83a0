package io.tinyclip.actors.plane;

import io.tinyclip.actors.tls.Role;
import java.nio.FloatBuffer;
import java.util.EnumSet;
import java.util.List;

/**
 * Where weights, features and gradients are put for others to fetch. All methods may be called from any thread.
 */
public interface DataPlane extends Fetcher, AutoCloseable {
    /**
     * Makes floats available until they are released. What was published under the same key before is replaced, and
     * fetches of that which are under way fail: so the same floats are published once, and announced as often as needed.
     *
     * @param key unique among this address's publishers
     * @param values from position to limit; not copied, must not be written to before the release
     * @param encoding that holds every value exactly
     */
    Handle publish(String key, FloatBuffer values, Encoding encoding);

    /** Publishes a whole array as it is. */
    default Handle publish(String key, float[] values) {
        return publish(key, FloatBuffer.wrap(values), Encoding.FP32);
    }

    /** Fetches for one thing, such as a step, that end once that is over. */
    Errand errand();

    /** Ends a publication, whose floats may be written to from now on; harmless where it has ended. */
    void release(Handle handle);

    /**
     * Lets one other machine hold a session. Machines of one process end together, and have none.
     *
     * @param key secret between the two, and unique among this address's sessions
     * @param watch hears of whoever holds it
     */
    default Handle offerSession(String key, SessionWatch watch) {
        watch.held(EnumSet.allOf(Role.class));
        return new Handle("", key, 0);
    }

    /** Ends an offer, and the session where it is held. */
    default void withdrawSession(Handle session) {}

    /** Holds a session that another machine offers, if that may lead; it may be held again after its end. */
    default Session hold(Handle session) {
        Session held = new Session();
        held.begin();
        return held;
    }

    /** What has gone to and from each other data plane, in the order of their addresses. */
    List<Link> links();

    /** Ends all publications and fetches, and closes what listens. */
    @Override
    void close();
}
