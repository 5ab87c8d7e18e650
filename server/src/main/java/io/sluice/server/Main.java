package io.sluice.server;

/** The {@code sluice} command line. */
public final class Main {
    private Main() {}

    /** Exits with 0 after help was asked for, and with 2 for a command that does not exist. */
    public static void main(String[] args) {
        if (args.length == 0 || args[0].equals("--help")) {
            System.out.println(usage());
            return;
        }
        System.err.println("sluice: unknown command '" + args[0] + "'");
        System.err.println(usage());
        System.exit(2);
    }

    static String usage() {
        return "Usage: sluice COMMAND [OPTIONS]";
    }
}
