package io.tinyclip.cluster.command;

import io.tinyclip.cluster.board.Board;
import io.tinyclip.cluster.board.LiveRun;
import io.tinyclip.cluster.board.RunFolders;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.model.InvalidInputException;
import java.io.PrintStream;
import java.util.Optional;

/** The live page of a run, where its settings want one. A run does not wait for it, nor fail because of it. */
final class ServedBoard implements AutoCloseable {
    private final Optional<Board> board;

    private ServedBoard(Optional<Board> board) {
        this.board = board;
    }

    /** @param out gets the page's address, once the run's input is found good, or a line that says why there is none */
    static ServedBoard of(Settings settings, LiveRun live, PrintStream out) {
        if (!settings.board().enabled()) {
            return new ServedBoard(Optional.empty());
        }
        try {
            Board board = Board.open(
                    settings.board(), RunFolders.around(settings.free().files().folder()), Optional.of(live));
            live.onceBegun(() -> out.println("live page: " + board.address()));
            return new ServedBoard(Optional.of(board));
        } catch (InvalidInputException e) {
            out.println("no live page: " + e.getMessage());
            return new ServedBoard(Optional.empty());
        }
    }

    @Override
    public void close() {
        board.ifPresent(Board::close);
    }
}
