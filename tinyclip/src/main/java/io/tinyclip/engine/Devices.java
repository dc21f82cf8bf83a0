package io.tinyclip.engine;

import io.tinyclip.model.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a machine computes on: one device in this process, or several, each by a process of its own.
 *
 * @param name as the setting has it
 * @param listed those that it names, one or more of one kind; empty for all GPUs that there are
 */
public record Devices(String name, List<ComputeDevice> listed) {
    private static final String ALL = "cuda:all";

    public Devices {
        listed = List.copyOf(listed);
    }

    /** @return what is called so, such as {@code cuda:all} or {@code cuda:0,cuda:1}; empty for any other text */
    public static Optional<Devices> parse(String name) {
        if (name.equals(ALL)) {
            return Optional.of(new Devices(name, List.of()));
        }
        List<Optional<ComputeDevice>> parts = Arrays.stream(name.split(",", -1))
                .map(part -> ComputeDevice.parse(part.strip()))
                .toList();
        boolean known = parts.stream().allMatch(Optional::isPresent);
        boolean ofOneKind = known
                && parts.stream()
                                .map(part -> part.orElseThrow().isGpu())
                                .distinct()
                                .count()
                        == 1;
        return ofOneKind
                ? Optional.of(new Devices(
                        name, parts.stream().flatMap(Optional::stream).toList()))
                : Optional.empty();
    }

    /** Whether each has a process of its own. */
    public boolean areProcesses() {
        return listed.size() != 1;
    }

    /** Of each process, see {@link ComputeDevice#threads}. */
    public int threads() {
        return (areGpus() ? ComputeDevice.cuda(0) : ComputeDevice.CPU).threads();
    }

    public boolean areGpus() {
        return listed.stream().allMatch(ComputeDevice::isGpu);
    }

    /**
     * The device of a process that computes on one.
     *
     * @throws InvalidInputException where several are named, and the command computes in one process
     */
    public ComputeDevice one() {
        if (areProcesses()) {
            throw new InvalidInputException("tinyclip.device [" + name
                    + "] names several devices, which only run, pretrain and node use at a time; name one, such as"
                    + " cuda:0");
        }
        return listed.get(0);
    }

    /**
     * All of them on this machine, in order.
     *
     * @throws InvalidInputException where all GPUs are meant and there are none
     */
    public List<ComputeDevice> here() {
        return here(Gpus.ofThisMachine());
    }

    List<ComputeDevice> here(Gpus gpus) {
        if (!listed.isEmpty()) {
            return listed;
        }
        int count = gpus.all().size();
        if (count == 0) {
            throw new InvalidInputException("tinyclip.device [" + ALL
                    + "] needs an NVIDIA GPU, and CUDA finds 0 here: install the driver, or set tinyclip.device = cpu");
        }
        return IntStream.range(0, count).mapToObj(ComputeDevice::cuda).collect(Collectors.toList());
    }
}
