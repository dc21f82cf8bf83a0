package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class GoodputTest {
    /** Four workers, four deaths: some steps are lost, and most are not. */
    @Test
    void aDeathCostsLessThanHalfOfTheTimeUntilTheNext() {
        Goodput small = new Goodput(ConfigFactory.parseString("goodput { workers = 4, servers = 2, partitions = 16, "
                        + "forward = 100ms, lasts = 145s, seeds = 1, checkpoint-steps = 2 }")
                .withFallback(ConfigFactory.load("goodput")));
        List<Goodput.Result> results = small.results();
        results.forEach(result -> {
            assertTrue(result.steps() > 0.5 * result.undisturbed(), () -> "goodput of " + result);
            assertTrue(result.steps() < result.undisturbed(), () -> "deaths cost nothing: " + result);
        });
        String table = small.table(results);
        assertTrue(table.contains("| workers | 4 | "), table);
    }

    /** {@code scripts/simulate --goodput} sets the property. */
    @Test
    @EnabledIfSystemProperty(named = "simulation.goodput", matches = "true")
    void printsTheTable() {
        Goodput goodput = new Goodput(ConfigFactory.load("goodput"));
        System.out.println(goodput.table(goodput.results()));
    }
}
