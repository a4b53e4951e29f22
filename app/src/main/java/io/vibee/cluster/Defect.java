package io.vibee.cluster;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A fault in the code, shown by its kind and its place only. An exception's message may repeat what a person wrote, so it goes into no log,
 * no event and no answer.
 */
public final class Defect extends RuntimeException {

    private static final String OURS = "io.vibee.";
    private static final int DEEPEST = 20;

    private Defect(String kindAndPlace, StackTraceElement[] stack) {
        super(kindAndPlace, null, false, true);
        setStackTrace(stack);
    }

    /** The defect of a failure; a defect stays as it is. */
    public static Defect of(Throwable failure) {
        Throwable root = root(failure);
        return root instanceof Defect told ? told : new Defect(kindAndPlace(root), root.getStackTrace());
    }

    /** Whether this JVM can't go on after it. A stack overflow or a missing class is the fault of one step only. */
    public static boolean isFatal(Throwable failure) {
        return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
    }

    /**
     * Does something of which a fault is its own.
     *
     * @param failed learns of the defect, unless this JVM can't go on after it
     */
    public static void guard(Runnable work, Consumer<Defect> failed) {
        try {
            work.run();
        } catch (RuntimeException | Error failure) {
            if (isFatal(failure)) {
                throw failure;
            }
            failed.accept(of(failure));
        }
    }

    /** As {@code IndexOutOfBoundsException}. */
    public String kind() {
        return kindAndPlace().split(" ", 2)[0];
    }

    /** As {@code IndexOutOfBoundsException at Sending.deliver:138}. */
    public String kindAndPlace() {
        return String.valueOf(getMessage());
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < DEEPEST; depth++) {
            root = root.getCause();
        }
        return root;
    }

    private static String kindAndPlace(Throwable root) {
        Optional<StackTraceElement> place = Arrays.stream(root.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith(OURS))
                .findFirst();
        return simple(root.getClass().getName())
                + place.map(frame -> " at " + simple(frame.getClassName()) + "." + frame.getMethodName() + ":"
                                + frame.getLineNumber())
                        .orElse("");
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
