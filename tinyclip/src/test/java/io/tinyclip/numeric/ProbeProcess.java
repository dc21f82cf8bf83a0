package io.tinyclip.numeric;

import com.google.gson.JsonObject;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.kernel.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that asks the probe in a process of its own. */
final class ProbeProcess {
    private ProbeProcess() {}

    /** @param arguments the precision, and the file that gets the answers */
    public static void main(String[] arguments) throws IOException {
        JsonObject answers = new JsonObject();
        Probe.answers(ComputeDevice.CPU, Precision.valueOf(arguments[0])).forEach(answers::addProperty);
        Files.writeString(Path.of(arguments[1]), answers.toString());
    }
}
