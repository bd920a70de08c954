package dev.imdsanalyzer.imds;

/** What a path is about, by what it is worth to a thief. */
public enum Category {
    TOKEN("token"),
    CREDENTIALS("credentials"),
    IDENTITY("identity"),
    USER_DATA("user-data"),
    META_DATA("meta-data"),
    DYNAMIC("dynamic"),
    OTHER("other");

    private final String label;

    Category(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
