/* The limit of every listing: names and sizes of one flat folder, straight from the kernel. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct entry {
    unsigned long long inode;
    long long next;
    unsigned short length;
    unsigned char kind;
    char name[];
};

int main(int count, char **words) {
    static char block[256 * 1024];
    long long files = 0, bytes = 0, got;
    int folder = open(words[count - 1], O_RDONLY | O_DIRECTORY);
    if (folder < 0) return 1;
    while ((got = syscall(SYS_getdents64, folder, block, sizeof block)) > 0) {
        for (char *at = block; at < block + got;) {
            struct entry *one = (struct entry *)at;
            struct statx seen;
            at += one->length;
            if (one->name[0] == '.') continue;
            if (statx(folder, one->name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &seen) != 0) continue;
            files++;
            bytes += seen.stx_size;
        }
    }
    printf("%lld %lld\n", files, bytes);
    return 0;
}
