package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is loaded into the kernel, as text, for kernels with all that is used and with made-up offsets of their structs. So a change
 * of a program is read as such: the listing of now is in target/bpf-listings, and takes the place of the one here.
 */
@LinuxOnly("its system calls and structs")
class ProgramListingsTest {
    private static final Path NOW = Path.of("target", "bpf-listings");

    private final Map<Integer, String> names = new HashMap<>();
    private int nextOffset;

    private BpfMap map(String name) {
        int descriptor = 100 + names.size();
        names.put(descriptor, name);
        return new BpfMap(descriptor);
    }

    /** A record of offsets, of which each is another one. */
    private <R> R layout(Class<R> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            Class<?> part = components[i].getType();
            values[i] = part == int.class ? Integer.valueOf(nextOffset += 8) : layout(part);
        }
        var constructor = type.getDeclaredConstructor(
                Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        return constructor.newInstance(values);
    }

    private BpfAssembler program(String name) throws ReflectiveOperationException {
        KernelFeatures features = new KernelFeatures(true, true, true, layout(KernelLayout.class));
        BpfMap programs = map("programs");
        ExecMaps memory = new ExecMaps(
                programs, map("scratch"), map("ended"), map("orphans"), new ProcessOwners(map("owners"), 768));
        ConnectMaps connects = new ConnectMaps(
                map("open"),
                memory.scratch(),
                map("output"),
                1 << 21,
                map("shares"),
                new LossCounts(map("lost"), ByteBuffer.allocateDirect(1)),
                programs,
                memory.orphans());
        return switch (name) {
            case "connect" ->
                ConnectProgram.assemble(
                        new RawTracepointFields(features.layout().socket(), features), connects, features);
            case "exec" -> ExecProgram.assemble(memory, features);
            default -> ExitProgram.assemble(memory, features);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "exec", "exit"})
    void isWhatItWas(String name) throws Exception {
        String now = BpfListing.of(program(name), names);
        Files.createDirectories(NOW);
        Files.writeString(NOW.resolve(name + ".txt"), now);

        assertThat(now).isEqualTo(before(name));
    }

    private static String before(String name) throws IOException {
        try (InputStream listing = ProgramListingsTest.class.getResourceAsStream(name + ".txt")) {
            return listing == null ? "" : new String(listing.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
