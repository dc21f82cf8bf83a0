package io.tinyclip.cluster.input;

import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import java.util.List;

/** Teachers beside the one that is compressed: what they see of a pair must be what it sees. */
final class FurtherTeachers {
    private FurtherTeachers() {}

    /**
     * Any architecture and embedding will do.
     *
     * @param teachers in the order of the settings; the one that is compressed first
     * @throws InvalidInputException if one takes other pictures or other tokens than the first
     */
    static void requireSameInput(List<Model> teachers) {
        Model first = teachers.get(0);
        for (int number = 1; number < teachers.size(); number++) {
            String input = input(teachers.get(number));
            if (!input.equals(input(first))) {
                throw new InvalidInputException("tinyclip.further-teachers " + number + " takes " + input
                        + "; the teacher takes " + input(first) + "; all must see the same: name another model, or set "
                        + "tinyclip.image-size where the pictures' size is all that differs");
            }
        }
    }

    private static String input(Model model) {
        ModelShape shape = model.shape();
        Preprocessing pictures = model.preprocessing();
        return "pictures of [" + pictures.size() + "] pixels (" + pictures.mode() + " to [" + pictures.resize() + "], "
                + pictures.interpolation() + ", mean " + pictures.mean() + ", std " + pictures.std() + ") and ["
                + shape.text().contextLength() + "] tokens of ["
                + shape.text().vocabulary() + "]";
    }
}
