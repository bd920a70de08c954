#!/usr/bin/env bash
#
# Requires IMDSv2 on the instances that the log proves to be ready. Written by imds-packet-analyzer; read it before you run it.
#
@SUMMARY@
#
# Without --apply it changes nothing and only prints what it would do.

# Started by another shell, or by bash under the name sh: go on with bash.
if [ -z "${BASH_VERSION:-}" ] || [ -n "${POSIXLY_CORRECT+set}" ]; then
    unset POSIXLY_CORRECT
    if [ -f "$0" ] && command -v bash >/dev/null; then
        exec bash "$0" "$@"
    fi
    echo "this script needs bash: run it as bash FILE" >&2
    exit 64
fi

set -euo pipefail

usage() {
    cat <<'END'
Usage: require-imdsv2.sh [--apply] [--despite-doubts] [--record FILE] [--region REGION] [--profile PROFILE]
       require-imdsv2.sh --roll-back FILE [--apply] [--region REGION] [--profile PROFILE]

  --apply           make the changes; without it they are only printed
  --despite-doubts  make them although the proof is old or has gaps: the logs ended more than a day before
                    this script was written, it was written more than a day ago, or an input could not be read
  --record FILE     where to note each instance's options before they are changed
                    (default: imdsv2-changes-DATE.tsv in this folder)
  --roll-back FILE  give the instances noted in FILE their old setting back

Exit status: 0 done (or nothing to do), 1 at least one instance could not be changed, or there are doubts,
64 wrong usage, 69 the AWS CLI is missing.
END
}

# Only instances with the verdict READY.
instances=(
@INSTANCES@
)

# Seconds since the epoch: the end of the logs, and when this was written; and how many inputs were not read to the end.
logs_end=@LOGS_END@
written=@WRITTEN@
unread_inputs=@UNREAD@
day=86400

apply=no
despite_doubts=no
record="imdsv2-changes-$(date -u +%Y%m%dT%H%M%SZ).tsv"
roll_back=
aws_options=()

while (($#)); do
    case $1 in
        --apply) apply=yes; shift ;;
        --despite-doubts) despite_doubts=yes; shift ;;
        --record | --roll-back | --region | --profile)
            if (($# < 2)); then
                usage >&2
                exit 64
            fi
            case $1 in
                --record) record=$2 ;;
                --roll-back) roll_back=$2 ;;
                *) aws_options+=("$1" "$2") ;;
            esac
            shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 64 ;;
    esac
done

call_aws() {
    aws ec2 "$@" ${aws_options[@]+"${aws_options[@]}"}
}

# Prints why what the log proved may not hold any more, a reason a line.
doubts() {
    local now
    now=$(date -u +%s)
    if ((written - logs_end > day)); then
        echo "the logs ended $(((written - logs_end) / 3600)) hours before this script was written"
    fi
    if ((now - written > day)); then
        echo "this script was written $(((now - written) / 3600)) hours ago"
    fi
    if ((unread_inputs > 0)); then
        echo "inputs of the report that could not be read to the end: $unread_inputs"
    fi
}

# Prints HttpTokens, HttpEndpoint, HttpPutResponseHopLimit and State, separated by tabs.
options_of() {
    call_aws describe-instances --instance-ids "$1" --output text \
        --query 'Reservations[0].Instances[0].MetadataOptions.[HttpTokens,HttpEndpoint,HttpPutResponseHopLimit,State]'
}

set_tokens() {
    call_aws modify-instance-metadata-options --instance-id "$1" --http-tokens "$2" --http-endpoint enabled --output text >/dev/null
}

# Waits until the instance has the setting, for at most a minute.
wait_for() {
    local tokens endpoint hops state
    for _ in $(seq 12); do
        IFS=$'\t' read -r tokens endpoint hops state < <(options_of "$1") || return 1
        if [[ $tokens == "$2" && $state == applied ]]; then
            echo "$1: HttpTokens=$tokens HttpEndpoint=$endpoint HttpPutResponseHopLimit=$hops, applied"
            return 0
        fi
        sleep "${WAIT_SECONDS:-5}"
    done
    return 1
}

failures=0
fail() {
    echo "$1" >&2
    failures=$((failures + 1))
}

require_imdsv2() {
    local instance=$1 tokens endpoint hops state
    local command="aws ec2 modify-instance-metadata-options --instance-id $instance --http-tokens required --http-endpoint enabled"
    if [[ $apply == no && $has_aws == no ]]; then
        echo "would run: $command"
    elif ! IFS=$'\t' read -r tokens endpoint hops state < <(options_of "$instance"); then
        fail "$instance: its options cannot be read, left alone"
    elif [[ $endpoint != enabled ]]; then
        echo "$instance: the endpoint is $endpoint, left alone"
    elif [[ $tokens == required ]]; then
        echo "$instance: requires IMDSv2 already"
    elif [[ $tokens != optional || $state != applied ]]; then
        fail "$instance: HttpTokens=$tokens, State=$state is not what was expected, left alone"
    elif [[ $apply == no ]]; then
        echo "would run: $command"
    else
        # Noted before the change, so that an interruption cannot lose it.
        printf '%s\t%s\t%s\t%s\n' "$instance" "$tokens" "$endpoint" "$hops" >>"$record"
        if ! set_tokens "$instance" required || ! wait_for "$instance" required; then
            fail "$instance: the change was refused or did not take effect"
        fi
    fi
}

restore() {
    local instance=$1 old_tokens=$2 tokens endpoint rest
    if [[ ! $instance =~ ^i-[0-9a-f]{8,17}$ || ! $old_tokens =~ ^(optional|required)$ ]]; then
        fail "not a line of a record: $instance $old_tokens"
        return
    fi
    if [[ $apply == no ]]; then
        echo "would run: aws ec2 modify-instance-metadata-options --instance-id $instance --http-tokens $old_tokens --http-endpoint enabled"
        return
    fi
    if ! IFS=$'\t' read -r tokens endpoint rest < <(options_of "$instance"); then
        fail "$instance: its options cannot be read, left alone"
    elif [[ $endpoint != enabled ]]; then
        echo "$instance: the endpoint is $endpoint, left alone"
    elif [[ $tokens == "$old_tokens" ]]; then
        echo "$instance: HttpTokens is $tokens already (${rest//$'\t'/, })"
    elif ! set_tokens "$instance" "$old_tokens" || ! wait_for "$instance" "$old_tokens"; then
        fail "$instance: the change was refused or did not take effect"
    fi
}

# The command that takes the changes back, ready to be copied.
print_roll_back() {
    local script=$0
    if [[ ! -f $script ]]; then
        script=require-imdsv2.sh
    fi
    printf 'to roll back:'
    printf ' %q' bash "$script" --roll-back "$record" --apply ${aws_options[@]+"${aws_options[@]}"}
    printf '\n'
}

has_aws=no
if command -v aws >/dev/null; then
    has_aws=yes
elif [[ $apply == yes ]]; then
    echo "the AWS CLI is missing: install aws, or put it on the PATH" >&2
    exit 69
fi

if [[ -n $roll_back ]]; then
    if [[ ! -r $roll_back ]]; then
        echo "$roll_back cannot be read" >&2
        exit 64
    fi
    while IFS=$'\t' read -r instance tokens _; do
        restore "$instance" "$tokens"
    done <"$roll_back"
else
    why=$(doubts)
    if [[ -n $why ]]; then
        printf '%s\n' "$why" >&2
        if [[ $apply == yes && $despite_doubts == no ]]; then
            echo "nothing was changed: make the report again from the logs of today, or give --despite-doubts too" >&2
            exit 1
        fi
    fi
    if ((${#instances[@]} == 0)); then
        echo "no instance is READY: nothing to do"
    fi
    for instance in ${instances[@]+"${instances[@]}"}; do
        require_imdsv2 "$instance"
    done
    if [[ $apply == yes && -e $record ]]; then
        print_roll_back
    fi
fi

if [[ $apply == no ]]; then
    echo "nothing was changed: give --apply to do it"
fi
((failures == 0))
