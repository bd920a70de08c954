package dev.imdsanalyzer.report.input;

/**
 * What a CloudTrail record says about the credentials that signed the call, and about the call its names alone: no key id, no
 * address, no parameter. Filled anew for each record; texts are null where the record has none.
 *
 * <p>Source: CloudTrail User Guide, "CloudTrail userIdentity element" and "record contents".
 */
public final class TrailRecord {
    private static final String INSTANCE = "instance/";

    String eventTime;
    String eventSource;
    String eventName;
    String userAgent;
    String principalId;
    String arn;
    String role;
    String created;
    String delivery;
    String issuedTo;
    boolean hasIdentity;

    void clear() {
        eventTime = null;
        eventSource = null;
        eventName = null;
        userAgent = null;
        principalId = null;
        arn = null;
        role = null;
        created = null;
        delivery = null;
        issuedTo = null;
        hasIdentity = false;
    }

    /** "1.0" or "2.0": the version of IMDS that handed the credentials out; null where no instance's role signed. */
    public String delivery() {
        return delivery;
    }

    /** The instance that the credentials were given to: as the record says, else the session's name; null if neither. */
    public String instanceId() {
        if (issuedTo != null && issuedTo.contains(INSTANCE)) {
            return issuedTo.substring(issuedTo.lastIndexOf(INSTANCE) + INSTANCE.length());
        }
        if (principalId != null && principalId.indexOf(':') >= 0) {
            return principalId.substring(principalId.indexOf(':') + 1);
        }
        return arn == null ? null : arn.substring(arn.lastIndexOf('/') + 1);
    }

    /** The role's name, without its path. */
    public String role() {
        return role;
    }

    /** When the session began, in microseconds since the epoch; {@link EventLine#NO_TIME} if not known. */
    public long createdMicros() {
        return TimestampParser.micros(created);
    }

    /** When the call was made, in microseconds since the epoch; {@link EventLine#NO_TIME} if not known. */
    public long eventMicros() {
        return TimestampParser.micros(eventTime);
    }

    /** Service and operation, as {@code s3:ListBuckets}. */
    public String operation() {
        String service = eventSource == null ? "?" : eventSource.replace(".amazonaws.com", "");
        return service + ":" + (eventName == null ? "?" : eventName);
    }

    /** Of the call, not of the fetch; null if not known. */
    public String userAgent() {
        return userAgent;
    }
}
