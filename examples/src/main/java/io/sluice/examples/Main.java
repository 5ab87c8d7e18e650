package io.sluice.examples;

/** The demo: a shop that moves to a new platform while Sluice watches. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println(usage());
    }

    static String usage() {
        return "Usage: sluice demo [OPTIONS]";
    }
}
