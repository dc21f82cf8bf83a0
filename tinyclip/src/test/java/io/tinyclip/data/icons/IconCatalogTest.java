package io.tinyclip.data.icons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class IconCatalogTest {
    @Test
    void fourFamiliesTrainWithEveryDrawingOnce() {
        List<Icon> icons = IconCatalog.TRAIN.icons();
        assertEquals(5963 + 5245 + 2037 + 1544, icons.size());
        assertEquals(icons.size(), icons.stream().map(Icon::resource).distinct().count());
    }

    @Test
    void oneFamilyIsUnseen() {
        List<Icon> icons = IconCatalog.UNSEEN.icons();
        assertEquals(2078, icons.size());
        assertEquals(1374, icons.stream().map(Icon::name).distinct().count());
    }

    @Test
    void anotherFamilyIsForValidation() {
        List<Icon> icons = IconCatalog.VALIDATION.icons();
        assertEquals(696, icons.size());
        assertEquals(368, icons.stream().map(Icon::name).distinct().count());
        assertTrue(icons.stream().noneMatch(icon -> icon.name().matches("(ios|md|logo) .*")));
    }

    @Test
    void everyListedDrawingIsOnTheClassPath() {
        for (IconCatalog catalog : IconCatalog.values()) {
            for (Icon icon : catalog.icons()) {
                assertNotNull(getClass().getClassLoader().getResource(icon.resource()), icon.resource());
            }
        }
    }

    @Test
    void namesAndTagsAreWordsWithoutStyle() {
        assertEquals("alarm clock", Words.name("alarm-clock-outline"));
        assertEquals("github", Words.name("brand-github"));
        assertEquals("outline", Words.name("outline"));
        assertEquals(
                List.of("time", "o clock", "transportation road"),
                Words.tags("alarm", List.of("Time", "alarm", "time", "o-clock", "Transportation + Road", "\u2713")));
    }

    @Test
    void almostEveryTrainingIconHasOtherWords() {
        List<Icon> icons = IconCatalog.TRAIN.icons();
        long bare = icons.stream().filter(icon -> icon.tags().isEmpty()).count();
        assertTrue(bare < icons.size() / 4, bare + " of " + icons.size() + " have none");
    }
}
