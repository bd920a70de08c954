package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R6;

import dev.imdsanalyzer.kernel.perf.TracepointFormat;

/** The context is the tracepoint's record, laid out as its {@code format} file says. */
record TracepointFields(TracepointFormat format) implements EventFields {
    @Override
    public BpfAssembler load(BpfAssembler code, Register to, String name) {
        TracepointFormat.Field field = format.field(name);
        return code.load(Size.of(field.size()), to, R6, field.offset());
    }

    /** Fields of bytes may lie anywhere: the widest aligned loads are taken. */
    @Override
    public void copy(BpfAssembler code, Register to, int offset, String name, int bytes) {
        TracepointFormat.Field field = format.field(name);
        if (field.size() < bytes) {
            throw new IllegalStateException("the tracepoint's field " + name + " has " + field.size() + " bytes");
        }
        code.copy(to, offset, R6, field.offset(), bytes, R1);
    }
}
