package io.tinyclip.evaluate;

import io.tinyclip.model.InvalidInputException;
import java.util.List;

/**
 * What the classes of a labelled set are called, and the sentences that their names stand in.
 *
 * @param names by label, from 0; two classes may have the same
 * @param templates each with {@value #PLACE} once or more, as in CLIP_benchmark's zeroshot_classification_templates.txt
 */
public record ClassPrompts(List<String> names, List<String> templates) {
    /** What a template has in the place of the name. */
    public static final String PLACE = "{c}";

    /** The template for sets that come without any; CLIP's own for pictures of things. */
    public static final String USUAL = "a photo of a {c}.";

    /** @throws InvalidInputException if there are less than two classes, no templates, or one without a place for the name */
    public ClassPrompts {
        names = List.copyOf(names);
        templates = List.copyOf(templates);
        if (names.size() < 2) {
            throw new InvalidInputException(
                    "classes [" + names.size() + "] must be at least 2; check the file of their names");
        }
        if (templates.isEmpty()) {
            throw new InvalidInputException("templates [0] must be at least 1, such as [" + USUAL + "]");
        }
        for (String template : templates) {
            if (!template.contains(PLACE)) {
                throw new InvalidInputException("template [" + template + "] must have " + PLACE
                        + " where the class's name goes, such as [" + USUAL + "]");
            }
        }
    }

    /** The sentences of a class, one for each template. */
    List<String> of(int label) {
        return templates.stream()
                .map(template -> template.replace(PLACE, names.get(label)))
                .toList();
    }
}
