package io.tinyclip.cluster.run;

import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.files.Safetensors;
import io.tinyclip.files.SafetensorsWriter;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.StagePlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of token rows that are not in the vector, where calibration makes the text tower narrower: a file in the run folder
 * for each stage that calibration cuts from there on, with what all cuts until then make of the table that the run begins with.
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
     * @param cut from its channels to those that are left; empty where the text tower stays as wide as it is
     * @throws InvalidInputException if the file of the cut before is missing or damaged
     * @throws io.tinyclip.checkpoint.FollowedException if another process leads
     */
    void write(StagePlan stage, WidthMap widths, Optional<TableMap> cut) {
        int index = start.plan().stages().indexOf(stage);
        Optional<TableMap> before = widths.teacherWidth() == width()
                ? Optional.empty()
                : Optional.of(read(widths.teacherWidth(), index - 1));
        Optional<TableMap> whole = cut.map(it -> it.after(widths))
                .map(chosen -> before.map(chosen::after).orElse(chosen))
                .or(() -> before);
        whole.ifPresent(map -> {
            folder.requireLead();
            SafetensorsWriter.write(
                    folder.tableMap(index),
                    List.of(new SafetensorsWriter.Tensor(MAP, List.of(map.from(), map.to()), map.values(), 0)),
                    StoredFloat.F32,
                    Map.of());
            folder.publish();
        });
    }

    /**
     * The table that the run begins with, as a student has it.
     *
     * @param widths of the student
     * @param stage that it is of
     * @return (vocabulary, D of the student); zeros where all rows are in the vector
     * @throws InvalidInputException if a file that this takes is missing or damaged
     */
    float[] frozen(WidthMap widths, int stage) {
        int rows = start.rows().vocabulary();
        if (start.rows().rows() == rows) {
            return new float[Math.multiplyExact(rows, widths.channel().length)];
        }
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

    /** The map to so many channels, of the last stage that calibration cut. */
    private TableMap read(int channels, int last) {
        int cut = last;
        while (start.plan().stages().get(cut).calibration().isEmpty()) {
            cut--;
        }
        Path file = folder.tableMap(cut);
        if (Files.exists(file)) {
            try (Safetensors tensors = Safetensors.open(file)) {
                if (tensors.shape(MAP).equals(List.of((long) width(), (long) channels))) {
                    return new TableMap(width(), channels, tensors.floats(MAP));
                }
            }
        }
        throw new InvalidInputException("run folder [" + folder.shown() + "] lacks what becomes of the token table's ["
                + width() + "] channels where calibration has left [" + channels + "], in [" + file.getFileName()
                + "]; bring the file back, or set tinyclip.run.folder to another folder");
    }
}
