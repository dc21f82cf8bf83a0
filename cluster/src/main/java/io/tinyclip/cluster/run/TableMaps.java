package io.tinyclip.cluster.run;

import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.files.Safetensors;
import io.tinyclip.files.SafetensorsWriter;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.StagePlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What becomes of token rows that are not in the vector, where calibration makes the text tower narrower: a file in the run folder
 * for each such stage, with what all cuts until then make of the table that the run begins with. Each leaves fewer channels than
 * the one before, so that a width tells whose file it is.
 */
record TableMaps(RunFolder folder, Start start) {
    /** (D of the start, D of the student). */
    private static final String MAP = "map";

    /**
     * Keeps a map, before anybody is told of the cut that it belongs to. The same cut, made again after a fault, leaves the same
     * bytes.
     *
     * @param stage that was cut
     * @param widths of the student before
     * @param cut from its channels to those that are left
     * @throws InvalidInputException if the file of the cut before is missing or damaged
     * @throws io.tinyclip.checkpoint.FollowedException if another process leads
     */
    void write(StagePlan stage, WidthMap widths, TableMap cut) {
        int index = start.plan().stages().indexOf(stage);
        TableMap chosen = cut.after(widths);
        TableMap whole =
                widths.teacherWidth() == width() ? chosen : chosen.after(read(widths.teacherWidth(), index - 1));
        folder.requireLead();
        SafetensorsWriter.write(
                folder.tableMap(index),
                List.of(new SafetensorsWriter.Tensor(MAP, List.of(whole.from(), whole.to()), whole.values(), 0)),
                StoredFloat.F32,
                Map.of());
        folder.publish();
    }

    /**
     * The table that the run begins with, as a student has it.
     *
     * @param widths of the student
     * @param stage that it is of
     * @return (vocabulary, D of the student)
     * @throws InvalidInputException if a file that this takes is missing or damaged
     */
    float[] frozen(WidthMap widths, int stage) {
        int rows = start.rows().vocabulary();
        float[] table = start.frozenTable();
        return widths.apply(
                widths.teacherWidth() == width()
                        ? table
                        : read(widths.teacherWidth(), stage).apply(table, rows),
                rows);
    }

    /** D of the start. */
    private int width() {
        return start.shape().text().width();
    }

    /** The map to so many channels, of one of the stages up to the last one. */
    private TableMap read(int channels, int last) {
        List<Path> files = IntStream.rangeClosed(0, last)
                .map(back -> last - back)
                .filter(stage -> narrows(start.plan().stages().get(stage)))
                .mapToObj(folder::tableMap)
                .toList();
        for (Path file : files) {
            if (Files.exists(file)) {
                try (Safetensors tensors = Safetensors.open(file)) {
                    // A cut that was made again elsewhere, with relaxed numerics, may have left the width, and the file
                    // behind.
                    if (tensors.shape(MAP).equals(List.of((long) width(), (long) channels))) {
                        return new TableMap(width(), channels, tensors.floats(MAP));
                    }
                }
            }
        }
        throw new InvalidInputException("run folder [" + folder.shown() + "] lacks what becomes of the token table's ["
                + width() + "] channels where calibration has left [" + channels + "], in one of "
                + files.stream().map(Path::getFileName).toList()
                + "; bring the file back, or set tinyclip.run.folder to another folder");
    }

    private static boolean narrows(StagePlan stage) {
        return stage.calibration().filter(CalibrationPlan::width).isPresent();
    }
}
