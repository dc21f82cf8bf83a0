package io.tinyclip.actors.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import org.junit.jupiter.api.Test;

/** A run's position in a checkpoint's manifest. */
class PositionJsonTest {
    private static final Position POSITION = Samples.position(new Cursor(0, Phase.INHERIT, 2), Samples.MASKED)
            .at(new Cursor(0, Phase.INHERIT, 3), 3, 17);

    @Test
    void keepsHowManySamplesWereLeftOut() {
        JsonObject json = PositionJson.write(POSITION, "digest");
        assertEquals(17, PositionJson.read(json, "manifest").position().bad());
    }

    @Test
    void readsACheckpointThatIsOlderThanTheCountAsZero() {
        JsonObject old = PositionJson.write(POSITION, "digest");
        old.remove("bad");
        assertEquals(0, PositionJson.read(old, "manifest").position().bad());
        assertEquals(
                POSITION.cursor(), PositionJson.read(old, "manifest").position().cursor());
    }
}
