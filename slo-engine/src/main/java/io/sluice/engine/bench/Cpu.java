package io.sluice.engine.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** Processor time of the calling thread. */
final class Cpu {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Cpu() {}

    static long nanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    static long nanosOf(Runnable work) {
        long before = nanos();
        work.run();
        return nanos() - before;
    }

    /** The median of so many repetitions, after a third as many that are not measured. */
    static double medianNanos(int repetitions, IntConsumer work) {
        double[] nanos = new double[repetitions];
        for (int i = -repetitions / 3; i < repetitions; i++) {
            int number = i;
            nanos[Math.max(i, 0)] = nanosOf(() -> work.accept(number));
        }
        return median(nanos);
    }

    static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
