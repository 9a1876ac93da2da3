locals {
  alarms = {
    web-cpu = {
      namespace  = "AWS/ECS", metric = "CPUUtilization", threshold = 85
      dimensions = { ClusterName = aws_ecs_cluster.web.name, ServiceName = aws_ecs_service.web.name }
    }
    postgres-cpu = {
      namespace  = "AWS/RDS", metric = "CPUUtilization", threshold = 80
      dimensions = { DBInstanceIdentifier = aws_db_instance.postgres.identifier }
    }
    redis-cpu = {
      namespace  = "AWS/ElastiCache", metric = "EngineCPUUtilization", threshold = 80
      dimensions = { ReplicationGroupId = aws_elasticache_replication_group.redis.id }
    }
    public-unhealthy = {
      namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount", threshold = 1
      dimensions = {
        LoadBalancer = aws_lb.public.arn_suffix
        TargetGroup  = aws_lb_target_group.web.arn_suffix
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset(["web", "flow-logs"])
  name              = "/groundwork/${local.name}/${each.key}"
  retention_in_days = 30
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.main.id
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "https"
  endpoint  = "https://alarms.example.org/"
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = "${each.value.metric} of ${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = local.name
  dashboard_body = jsonencode({
    widgets = [for name, alarm in local.alarms : {
      type   = "metric"
      width  = 12
      height = 6
      properties = {
        title   = name
        region  = local.region
        metrics = [concat([alarm.namespace, alarm.metric], flatten([for key, value in alarm.dimensions : [key, value]]))]
      }
    }]
  })
}
